// What signing in to well-known kinds of servers is like, as sets of switches.
import type { McpServerFault } from "./mcp/faults.ts";
import type { AuthorizationServerQuirk } from "./oauth/quirks.ts";

/**
 * One kind of provider. Profiles say what people who build clients have reported in public; the companies that are named have
 * no part in them, and may have changed since.
 */
export interface ProviderProfile {
  /** In a sentence. */
  readonly about?: string;
  readonly quirks: readonly AuthorizationServerQuirk[];
  readonly faults: readonly McpServerFault[];
  /** The issuer's path, such as `/realms/acme`; default: none. */
  readonly issuerPath?: string;
  /** The client has to be registered by hand, with a secret or without. */
  readonly client?: "confidential" | "public";
  /** What a sign-in asks for at first; default `notes:read`. */
  readonly scopes?: readonly string[];
  /** Of the authorization server; default: those of the MCP server. */
  readonly scopesSupported?: readonly string[];
  /** What more a tool needs that may do more; default: there is no such tool. */
  readonly moreScope?: string;
}

const profiles = <const T extends Record<string, ProviderProfile>>(
  table: T,
): { readonly [K in keyof T]: ProviderProfile } => table;

/** The profiles {@link createMockProvider} takes by name. */
export const PROVIDER_PROFILES = /* @__PURE__ */ profiles({
  slack: {
    about: "Registered by hand, at endpoints of its own; asks for at least one scope",
    quirks: ["no-registration", "public-clients-refused", "odd-endpoints", "scope-required", "iss-not-offered"],
    faults: [],
    client: "confidential",
    moreScope: "notes:write",
  },
  github: {
    about: "Registered by hand; no with status 200, in words of its own; forms unless JSON is asked for",
    quirks: [
      "no-registration",
      "public-clients-refused",
      "token-refusals-200",
      "token-errors-own",
      "token-form-unless-asked",
      "iss-not-offered",
      "no-revocation",
    ],
    faults: [],
    issuerPath: "/login/oauth",
    client: "confidential",
    moreScope: "notes:write",
  },
  notion: {
    about: "Refresh tokens that are good once; using one again ends the grant",
    quirks: ["refresh-rotation"],
    faults: [],
    scopes: [],
  },
  atlassian: {
    about: "Calls itself otherwise than it is found; ends access early; several accounts behind one address",
    quirks: ["issuer-mismatch", "token-ends-early", "refresh-rotation", "account-remembered"],
    faults: [],
    moreScope: "notes:write",
  },
  figma: {
    about: "Registers apps that it knows by name, and answers the others with plain text",
    quirks: ["registration-by-name"],
    faults: [],
  },
  entra: {
    about: "OpenID metadata without PKCE, no registration, no `resource`, numbers as text",
    quirks: [
      "oidc-only",
      "no-registration",
      "pkce-not-advertised",
      "iss-not-offered",
      "resource-refused-entra",
      "default-scope-alone",
      "expires-in-string",
      "refresh-needs-offline-access",
      "no-revocation",
    ],
    faults: [],
    issuerPath: "/common/v2.0",
    client: "public",
    scopes: ["api://notes/.default"],
    scopesSupported: ["openid", "profile", "email", "offline_access"],
  },
  google: {
    about:
      "OpenID metadata only; refresh tokens for `access_type=offline` only; Workspace servers let anyone in and ask where a tool needs it",
    quirks: ["oidc-only", "no-registration", "public-clients-refused", "iss-not-offered", "refresh-needs-access-type"],
    faults: ["mixed"],
    client: "confidential",
  },
  keycloak: {
    about: "Below the path of a realm, with strict rules for refresh tokens",
    quirks: ["oidc-only", "refresh-rotation", "refresh-needs-offline-access"],
    faults: [],
    issuerPath: "/realms/acme",
    scopesSupported: ["openid", "offline_access", "notes:read", "notes:write"],
    moreScope: "notes:write",
  },
  cloudflare: {
    about: "No OpenID scopes, redirects of the web only, and a first token that has ended",
    quirks: ["oidc-scopes-refused", "redirect-web-only", "token-born-expired"],
    faults: [],
    moreScope: "notes:write",
  },
  clickhouse: {
    about: "Goes on refreshing tokens that its server goes on refusing",
    quirks: [],
    faults: ["tokens-rejected"],
  },
  snowflake: {
    about: "A secret that is wrong until somebody mends it",
    quirks: ["no-registration", "public-clients-refused", "exchange-client-refused"],
    faults: [],
    client: "confidential",
  },
  supabase: {
    about: "Forgets registrations that were not used at once",
    quirks: ["registration-forgotten"],
    faults: [],
    moreScope: "notes:write",
  },
  grafana: {
    about: "One address for every tenant; which one is meant shows at the sign-in",
    quirks: ["account-remembered"],
    faults: [],
  },
  retool: {
    about: "A CDN before the description of the resource (Retool, Superhuman)",
    quirks: [],
    faults: ["metadata-401"],
    moreScope: "notes:write",
  },
  clerk: {
    about:
      "Refresh tokens for `offline_access` only, and registrations that do not mention them (Clerk, better-auth, Hydra)",
    quirks: ["registration-without-refresh", "refresh-needs-offline-access"],
    faults: [],
    scopesSupported: ["notes:read", "notes:write", "offline_access"],
    moreScope: "notes:write",
  },
  netsuite: {
    about: "Fields of other kinds than the book says",
    quirks: [
      "expires-in-string",
      "registration-times-as-text",
      "registration-200",
      "null-fields",
      "token-type-missing",
    ],
    faults: [],
    moreScope: "notes:write",
  },
  unreadable: {
    about: "The same, beyond reading",
    quirks: ["expires-in-words", "token-form-encoded"],
    faults: [],
  },
  sentry: {
    about: "Takes client id metadata documents, beside registration",
    quirks: ["client-documents"],
    faults: [],
    issuerPath: "/oauth",
    moreScope: "notes:write",
  },
  documentsRefused: {
    about: "Says that it takes documents and cannot read ours",
    quirks: ["client-documents-refused"],
    faults: [],
  },
  firewalled: {
    about: "A firewall that lets browsers through and programs not",
    quirks: ["firewall"],
    faults: [],
  },
  linear: {
    about: "By the book",
    quirks: [],
    faults: [],
    moreScope: "notes:write",
  },
});

export type ProviderName = keyof typeof PROVIDER_PROFILES;
