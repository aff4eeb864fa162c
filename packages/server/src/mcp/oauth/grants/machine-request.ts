// The one request (for an enterprise: two) that turns a machine grant into a token.
import type { MachineGrant } from "../../machine-grants.ts";
import { requestTokens, type TokenEndpoint } from "../token-endpoint.ts";
import type { TokenAnswer } from "../token-response.ts";
import { exchangeIdToken } from "./enterprise-assertion.ts";

const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** Rejects with `McpError`: see {@link requestTokens} and {@link exchangeIdToken}. */
export async function requestMachineTokens(
  grant: MachineGrant,
  endpoint: TokenEndpoint,
  scopes: readonly string[] | null,
): Promise<TokenAnswer> {
  const scope = scopes === null ? null : scopes.join(" ");
  const asked: Readonly<Record<string, string>> = scope === null ? {} : { scope };
  switch (grant.type) {
    case "client-credentials":
      return requestTokens(endpoint, "client_credentials", asked);
    case "jwt-bearer":
      return requestTokens(endpoint, JWT_BEARER, { assertion: grant.assertion, ...asked });
    case "enterprise-managed": {
      const assertion = await exchangeIdToken(grant, endpoint, scope);
      return requestTokens(endpoint, JWT_BEARER, { assertion, ...asked });
    }
  }
}
