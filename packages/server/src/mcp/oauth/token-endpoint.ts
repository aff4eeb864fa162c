// One request to a token endpoint, for any grant: authenticated, with a proof of possession where tokens are bound.
import { genericTokenEndpointRequest } from "oauth4webapi";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { Clock, Ids } from "../ports.ts";
import type { TokenServer } from "./authorization-server.ts";
import { clientAuthentication, type ClientCredentials } from "./client-credentials.ts";
import type { Prover } from "./dpop.ts";
import { libraryClient, libraryServer, requestOptions, send } from "./provider-request.ts";
import { readTokenAnswer, type TokenAnswer } from "./token-response.ts";

export interface TokenEndpoint {
  readonly fetch: GuardedFetch;
  readonly ports: { readonly clock: Clock; readonly ids: Ids };
  readonly provider: TokenServer;
  readonly client: ClientCredentials;
  /**
   * Sent whether or not the provider knows the parameter (MCP authorization, "Resource Parameter Implementation"); `null` where
   * its operator leaves it out.
   */
  readonly resource: string | null;
  /** `null`: Bearer tokens are asked for. */
  readonly prover: Prover | null;
}

export interface CodeGrant {
  readonly code: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

/** RFC 6749 section 4.1.3 with RFC 7636. */
export function redeemCode(endpoint: TokenEndpoint, grant: CodeGrant): Promise<TokenAnswer> {
  const { code, verifier, redirectUri } = grant;
  return requestTokens(endpoint, "authorization_code", { code, code_verifier: verifier, redirect_uri: redirectUri });
}

/** RFC 6749 section 6. */
export function refreshTokens(endpoint: TokenEndpoint, refreshToken: string): Promise<TokenAnswer> {
  return requestTokens(endpoint, "refresh_token", { refresh_token: refreshToken });
}

/**
 * Sends once; a second time only when the provider asks for a proof with its own nonce (RFC 9449 section 8), which it
 * does before it looks at anything else.
 *
 * Rejects with what the guarded fetch and {@link readTokenAnswer} reject with.
 */
export async function requestTokens(
  endpoint: TokenEndpoint,
  grantType: string,
  parameters: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  const { prover, provider } = endpoint;
  const ask = async () => {
    const response = await sendTokenRequest(endpoint, grantType, parameters);
    const hasNonce = prover?.heard(provider.tokenEndpoint, response) ?? false;
    return { hasNonce, answer: await readTokenAnswer(response, prover === null ? "bearer" : "dpop") };
  };
  const { hasNonce, answer } = await ask();
  const again = hasNonce && answer.kind === "refused" && answer.error === "use_dpop_nonce";
  return again ? (await ask()).answer : answer;
}

/** The request alone, without reading the answer. */
export async function sendTokenRequest(
  { fetch, ports, provider, client, resource, prover }: TokenEndpoint,
  grantType: string,
  parameters: Readonly<Record<string, string>>,
): Promise<Response> {
  const proof = await prover?.prove({ method: "POST", url: provider.tokenEndpoint, accessToken: null });
  return send(() =>
    genericTokenEndpointRequest(
      libraryServer(provider),
      libraryClient(client),
      clientAuthentication(client, ports),
      grantType,
      { ...parameters, ...(resource !== null && { resource }) },
      { ...requestOptions(fetch, "token"), ...(proof !== undefined && { headers: { dpop: proof } }) },
    ),
  );
}
