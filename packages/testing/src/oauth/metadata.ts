// How a mock authorization server describes itself (RFC 8414, OpenID Connect Discovery).
import type { JsonObject } from "@agents-internal/protocol";
import type { AuthorizationServerSwitch } from "./quirks.ts";

/** What a server calls itself with the quirk `issuer-mismatch`; also the host that attacks lead to. */
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

export interface EndpointPaths {
  readonly authorize: string;
  readonly token: string;
  readonly register: string;
  readonly revoke: string;
}

/** Below the issuer. */
export function endpointPaths(quirks: ReadonlySet<AuthorizationServerSwitch>): EndpointPaths {
  return quirks.has("odd-endpoints")
    ? { authorize: "/v2_user/ask", token: "/api/v2.user.access", register: "/api/apps", revoke: "/api/auth.end" }
    : { authorize: "/authorize", token: "/token", register: "/register", revoke: "/revoke" };
}

export function buildMetadata(
  issuer: string,
  quirks: ReadonlySet<AuthorizationServerSwitch>,
  scopes: readonly string[],
): JsonObject {
  const base = issuer.replace(/\/$/, "");
  const paths = endpointPaths(quirks);
  return {
    issuer: quirks.has("issuer-mismatch") ? OTHER_ISSUER : issuer,
    authorization_endpoint: quirks.has("script-endpoint") ? "javascript:alert(1)//" : base + paths.authorize,
    token_endpoint: tokenEndpoint(base + paths.token, quirks),
    ...(quirks.has("no-revocation") ? {} : { revocation_endpoint: base + paths.revoke }),
    ...(quirks.has("no-registration") ? {} : { registration_endpoint: base + paths.register }),
    ...(scopes.length > 0 ? { scopes_supported: scopes } : {}),
    response_types_supported: ["code"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    token_endpoint_auth_methods_supported: [
      ...(quirks.has("public-clients-refused") ? [] : ["none"]),
      "client_secret_basic",
      "client_secret_post",
    ],
    ...(takesDocuments(quirks) ? { client_id_metadata_document_supported: true } : {}),
    ...(quirks.has("account-remembered") ? { prompt_values_supported: ["login", "select_account"] } : {}),
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

/** The document as an answer, or what an attack puts in its place. */
export function answerMetadata(document: JsonObject, quirks: ReadonlySet<AuthorizationServerSwitch>): Response {
  if (quirks.has("metadata-elsewhere"))
    return new Response(null, { status: 302, headers: { location: `${OTHER_ISSUER}/metadata` } });
  if (quirks.has("metadata-huge")) return Response.json({ ...document, padding: "x".repeat(5_000_000) });
  if (quirks.has("metadata-deep")) return new Response("[".repeat(100_000));
  return Response.json(document);
}

export function takesDocuments(quirks: ReadonlySet<AuthorizationServerSwitch>): boolean {
  return quirks.has("client-documents") || quirks.has("client-documents-refused");
}

function tokenEndpoint(own: string, quirks: ReadonlySet<AuthorizationServerSwitch>): string {
  if (quirks.has("plain-endpoint")) return "http://somebody-else.example/token";
  return quirks.has("internal-endpoint") ? "https://169.254.169.254/token" : own;
}
