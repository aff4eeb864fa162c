// How a mock authorization server describes itself (RFC 8414, OpenID Connect Discovery).
import type { JsonObject } from "@agents-internal/protocol";
import type { AuthorizationServerQuirk } from "./quirks.ts";

/** What a server calls itself with the quirk `issuer-mismatch`. */
export const OTHER_ISSUER = "https://somebody-else.example";

export interface MetadataPaths {
  readonly oauth: string;
  readonly openid: string;
}

/** Where the two documents of an issuer are: the one puts the well-known segment first, the other last. */
export function metadataPaths(issuer: string): MetadataPaths {
  const path = new URL(issuer).pathname.replace(/\/$/, "");
  return {
    oauth: `/.well-known/oauth-authorization-server${path}`,
    openid: `${path}/.well-known/openid-configuration`,
  };
}

export function buildMetadata(
  issuer: string,
  quirks: ReadonlySet<AuthorizationServerQuirk>,
  scopes: readonly string[],
): JsonObject {
  const base = issuer.replace(/\/$/, "");
  return {
    issuer: quirks.has("issuer-mismatch") ? OTHER_ISSUER : issuer,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    revocation_endpoint: `${base}/revoke`,
    ...(quirks.has("no-registration") ? {} : { registration_endpoint: `${base}/register` }),
    ...(scopes.length > 0 ? { scopes_supported: scopes } : {}),
    response_types_supported: ["code"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    token_endpoint_auth_methods_supported: ["none", "client_secret_basic", "client_secret_post"],
    ...(quirks.has("pkce-not-advertised")
      ? {}
      : { code_challenge_methods_supported: quirks.has("pkce-plain-only") ? ["plain"] : ["S256"] }),
    ...(quirks.has("iss-not-offered") ? {} : { authorization_response_iss_parameter_supported: true }),
    ...(quirks.has("oidc-only")
      ? {
          jwks_uri: `${base}/jwks`,
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["ES256"],
        }
      : {}),
    ...(quirks.has("null-fields") ? { service_documentation: null } : {}),
  };
}
