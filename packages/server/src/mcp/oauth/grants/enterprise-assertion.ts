// Asks a company's identity provider for an assertion that one authorization server takes (RFC 8693, ID-JAG).
import { McpError } from "../../errors.ts";
import type { EnterpriseManagedGrant } from "../../machine-grants.ts";
import { FOR_MACHINES } from "../authorization-server.ts";
import { configuredCredentials } from "../client-credentials.ts";
import { findServerMetadata } from "../server-metadata.ts";
import { sendTokenRequest, type TokenEndpoint } from "../token-endpoint.ts";
import { ID_JAG, readTokenAnswer } from "../token-response.ts";

const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token";

/**
 * The person's ID token against an assertion for `provider`, bound to `resource`.
 *
 * Rejects with `McpError`: `token-refused`, `token-response-invalid`, `http-error`, `authorization-server-not-found`, and
 * what the guarded fetch throws.
 */
export async function exchangeIdToken(
  { idp }: EnterpriseManagedGrant,
  { fetch, ports, provider, resource }: TokenEndpoint,
  scope: string | null,
): Promise<string> {
  const server = {
    ...provider,
    issuer: idp.issuer ?? idp.tokenEndpoint ?? "",
    tokenEndpoint: idp.tokenEndpoint ?? (await findTokenEndpoint(fetch, idp.issuer ?? "")),
    tokenAuthMethods: null,
  };
  const { clientId, clientSecret } = idp;
  const client = configuredCredentials({ clientId, ...(clientSecret !== undefined && { clientSecret }) }, server);
  const response = await sendTokenRequest(
    { fetch, ports, provider: server, client, resource, prover: null },
    TOKEN_EXCHANGE,
    {
      requested_token_type: ID_JAG,
      audience: provider.issuer,
      subject_token: idp.idToken,
      subject_token_type: ID_TOKEN,
      ...(scope !== null && { scope }),
    },
  );
  const answer = await readTokenAnswer(response, "assertion");
  if (answer.kind === "granted") return answer.tokens.accessToken;
  const { error, status } = answer;
  throw new McpError("token-refused", { status, detail: `(identity provider: ${error ?? status})` });
}

async function findTokenEndpoint(fetch: TokenEndpoint["fetch"], issuer: string): Promise<string> {
  const found = await findServerMetadata(
    { fetch, note: () => undefined, exceptions: {} },
    issuer,
    new Set(),
    FOR_MACHINES,
  );
  if (found === null) throw new McpError("authorization-server-not-found", { detail: "(identity provider)" });
  return found.tokenEndpoint;
}
