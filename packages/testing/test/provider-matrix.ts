// What is to come of each provider: the one table that is held against the engine in Node and the package in workerd.
import { createMockProvider, type MockProvider, type MockProviderOptions, type ProviderName } from "../src/index.ts";
import type { Cure, Cures, Life, OAuthSettings, Story } from "./provider-life.ts";

export interface MatrixRow {
  readonly provider: ProviderName;
  readonly story: readonly string[];
  /** ms; default: the hour that access tokens say they last */
  readonly lasts?: number;
  readonly hesitates?: boolean;
  readonly settings?: OAuthSettings;
}

/** The name under which this app is known to the provider that registers by name. */
const LISTED_NAME = "Notes for Everybody";
export const CLIENT_DOCUMENT = "https://app.example/client.json";
const HOUR_MS = 3_600_000;
const EVERYTHING_REVOKED = "removed: revoked, revoked, and the provider knows";
const NOTHING_TO_REVOKE = "removed: not-offered, not-offered";
const USED = ["signed in", "called: somebody", "renewed once: somebody"];
const ALLOWED_MORE = ["insufficient-scope for more: notes:read notes:write", "allowed: written, somebody"];

export const PROVIDER_MATRIX: readonly MatrixRow[] = [
  {
    provider: "slack",
    story: ["client-id-required: configured the client", ...USED, ...ALLOWED_MORE, EVERYTHING_REVOKED],
  },
  {
    provider: "github",
    story: ["client-id-required: configured the client", ...USED, ...ALLOWED_MORE, NOTHING_TO_REVOKE],
  },
  { provider: "notion", story: [...USED, EVERYTHING_REVOKED] },
  {
    provider: "atlassian",
    lasts: HOUR_MS / 2,
    story: [
      "issuer-not-identical: granted issuerAlias",
      ...USED,
      ...ALLOWED_MORE,
      "two accounts: somebody and grace",
      EVERYTHING_REVOKED,
    ],
  },
  { provider: "figma", story: ["registration-refused: named the app as it is listed", ...USED, EVERYTHING_REVOKED] },
  {
    provider: "entra",
    story: [
      "pkce-unadvertised: granted unadvertisedPkce",
      "client-id-required: configured the client",
      "resource-refused: granted omitResource",
      ...USED,
      NOTHING_TO_REVOKE,
    ],
  },
  {
    provider: "google",
    settings: { authorizationParameters: { access_type: "offline" } },
    story: [
      "called: client-id-required",
      "client-id-required: configured the client",
      "called: authorization-required",
      ...USED,
      EVERYTHING_REVOKED,
    ],
  },
  {
    provider: "keycloak",
    story: [
      ...USED,
      "insufficient-scope for more: notes:read notes:write offline_access",
      "allowed: written, somebody",
      EVERYTHING_REVOKED,
    ],
  },
  { provider: "cloudflare", story: [...USED, ...ALLOWED_MORE, EVERYTHING_REVOKED] },
  {
    provider: "clickhouse",
    story: ["asked to sign in again: revoked", "asked to sign in again: revoked", "token-rejected"],
  },
  {
    provider: "snowflake",
    story: [
      "client-id-required: configured the client",
      "token-refused: mended the secret",
      ...USED,
      EVERYTHING_REVOKED,
    ],
  },
  {
    provider: "supabase",
    hesitates: true,
    story: [
      "hesitated too long, tried again",
      "not sent back by the provider, opened again",
      ...USED,
      ...ALLOWED_MORE,
      EVERYTHING_REVOKED,
    ],
  },
  { provider: "grafana", story: [...USED, "two accounts: somebody and grace", EVERYTHING_REVOKED] },
  { provider: "retool", story: [...USED, ...ALLOWED_MORE, EVERYTHING_REVOKED] },
  {
    provider: "clerk",
    story: [
      ...USED,
      "insufficient-scope for more: notes:read notes:write offline_access",
      "allowed: written, somebody",
      EVERYTHING_REVOKED,
    ],
  },
  { provider: "netsuite", story: [...USED, ...ALLOWED_MORE, EVERYTHING_REVOKED] },
  { provider: "unreadable", story: [...USED, EVERYTHING_REVOKED] },
  { provider: "sentry", story: [...USED, ...ALLOWED_MORE, EVERYTHING_REVOKED] },
  {
    provider: "documentsRefused",
    story: ["not sent back by the provider, opened again", ...USED, EVERYTHING_REVOKED],
  },
  { provider: "firewalled", story: ["http-error"] },
  { provider: "linear", story: [...USED, ...ALLOWED_MORE, EVERYTHING_REVOKED] },
];

const grant = (name: string, value: (provider: MockProvider) => unknown): Cure => ({
  did: `granted ${name}`,
  settings: (provider, before) => ({ ...before, exceptions: { ...before.exceptions, [name]: value(provider) } }),
});

/** What a developer does about each code, as the advice of that code says. */
const CURES: Cures = {
  "client-id-required": {
    did: "configured the client",
    settings: ({ client }, before) => (client === undefined ? before : { ...before, client }),
  },
  "registration-refused": {
    did: "named the app as it is listed",
    settings: (_provider, before) => ({ ...before, clientName: LISTED_NAME }),
  },
  "token-refused": {
    did: "mended the secret",
    mend: ({ authorizationServer }) => void authorizationServer.quirks.delete("exchange-client-refused"),
  },
  "issuer-not-identical": grant("issuerAlias", ({ issuer }) => ({
    named: issuer,
    published: "https://somebody-else.example",
  })),
  "pkce-unadvertised": grant("unadvertisedPkce", () => true),
  "resource-refused": grant("omitResource", () => true),
};

/** The provider of a row, and where this app's document is read. `redirectUris` may grow. */
export function providerOf(
  name: ProviderName,
  redirectUris: readonly string[],
  options: Pick<MockProviderOptions, "url" | "authOrigin" | "mcpServer"> & {
    readonly clock: { now(): number; sleep(ms: number): Promise<void> };
  },
): MockProvider {
  const { clock, ...places } = options;
  const document = () => Response.json({ client_id: CLIENT_DOCUMENT, redirect_uris: redirectUris });
  return createMockProvider(name, {
    ...places,
    redirectUris,
    authorizationServer: {
      clock,
      consent: "approve",
      registrableNames: [LISTED_NAME],
      fetch: async (url) => (url === CLIENT_DOCUMENT ? document() : new Response(null, { status: 404 })),
    },
  });
}

/** The story of a row as it is lived. */
export const storyOf = (
  { lasts = HOUR_MS, hesitates = false, settings = {} }: MatrixRow,
  provider: MockProvider,
  life: Life,
): Story => ({
  provider,
  life,
  cures: CURES,
  lasts,
  hesitates,
  settings,
});
