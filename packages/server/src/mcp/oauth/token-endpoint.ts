// The two grants that are asked of a token endpoint: a code once, a refresh token when due.
import { genericTokenEndpointRequest, refreshTokenGrantRequest } from "oauth4webapi";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { AuthorizationServer } from "./authorization-server.ts";
import { clientAuthentication, type ClientCredentials } from "./client-credentials.ts";
import { libraryClient, libraryServer, requestOptions, send } from "./provider-request.ts";
import { readTokenAnswer, type TokenAnswer } from "./token-response.ts";

export interface TokenEndpoint {
  readonly provider: AuthorizationServer;
  readonly client: ClientCredentials;
  /** Sent whether or not the provider knows the parameter (MCP authorization, "Resource Parameter Implementation"). */
  readonly resource: string;
}

export interface CodeGrant {
  readonly code: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

/** RFC 6749 section 4.1.3 with RFC 7636. Sends once; rejects with what the guarded fetch and {@link readTokenAnswer} reject with. */
export async function redeemCode(
  fetch: GuardedFetch,
  { provider, client, resource }: TokenEndpoint,
  grant: CodeGrant,
): Promise<TokenAnswer> {
  const parameters = { code: grant.code, code_verifier: grant.verifier, redirect_uri: grant.redirectUri, resource };
  const options = requestOptions(fetch, "token");
  const response = await send(() =>
    genericTokenEndpointRequest(
      libraryServer(provider),
      libraryClient(client),
      clientAuthentication(client),
      "authorization_code",
      parameters,
      options,
    ),
  );
  return readTokenAnswer(response);
}

/** RFC 6749 section 6. Sends once. */
export async function refreshTokens(
  fetch: GuardedFetch,
  { provider, client, resource }: TokenEndpoint,
  refreshToken: string,
): Promise<TokenAnswer> {
  const options = { ...requestOptions(fetch, "token"), additionalParameters: { resource } };
  const response = await send(() =>
    refreshTokenGrantRequest(
      libraryServer(provider),
      libraryClient(client),
      clientAuthentication(client),
      refreshToken,
      options,
    ),
  );
  return readTokenAnswer(response);
}
