// An authorization server without a socket, with one switch for each way real ones are odd.
import type { JsonObject } from "@agents-internal/protocol";
import type { FetchHandler } from "./mock-network.ts";
import { answerAuthorizeRequest, type Consent } from "./oauth/authorize-endpoint.ts";
import { createGrantBook, type RegisteredClient } from "./oauth/grants.ts";
import { createRegistrationEndpoint } from "./oauth/registration-endpoint.ts";
import { answerMetadata, buildMetadata, endpointPaths, metadataPaths } from "./oauth/metadata.ts";
import type { AuthorizationServerSwitch } from "./oauth/quirks.ts";
import { answerTokenRequest } from "./oauth/token-endpoint.ts";

export interface MockAuthorizationServerOptions {
  /** For example `https://auth.example` or `https://auth.example/tenant`. */
  readonly issuer: string;
  readonly quirks?: readonly AuthorizationServerSwitch[];
  /** Default `ask`. */
  readonly consent?: Consent;
  /** Clients registered by hand. */
  readonly clients?: readonly RegisteredClient[];
  /** Grants from before, with tokens that still work. */
  readonly grants?: readonly EarlierGrant[];
  /** s; default 3600 */
  readonly accessTokenTtl?: number;
  readonly scopesSupported?: readonly string[];
  /** Names of the apps that are registered with the quirk `registration-by-name`; default: none */
  readonly registrableNames?: readonly string[];
  /** Where client id metadata documents are fetched, with the quirk `client-documents`; default: nowhere */
  readonly fetch?: (url: string) => Promise<Response>;
  /** ms each answer takes with the quirk `slow`; default 1000 */
  readonly slowMs?: number;
  /** Default: the real time. A test clock fits. */
  readonly clock?: { now(): number; sleep(ms: number): Promise<void> };
}

/** What somebody agreed to before the test began. */
export interface EarlierGrant {
  readonly clientId: string;
  readonly resource: string;
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
}

/** What a live access token stands for. */
export interface MockGrant {
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Who agreed. */
  readonly account: string;
}

export interface MockAuthorizationServer {
  readonly issuer: string;
  readonly handler: FetchHandler;
  /** Add and delete while the test runs. */
  readonly quirks: Set<AuthorizationServerSwitch>;
  consent: Consent;
  /** Who sits before the browsers, and agrees from now on; `somebody` at first. */
  account: string;
  /** s */
  accessTokenTtl: number;
  /** Bodies of all registrations, oldest first. */
  readonly registrations: readonly JsonObject[];
  /** Ids of the clients whose registration was deleted (RFC 7592), oldest first. */
  readonly deletedClients: readonly string[];
  /** Form fields of all token requests, oldest first. */
  readonly tokenRequests: readonly Readonly<Record<string, string>>[];
  /** Tokens that were revoked, oldest first. */
  readonly revoked: readonly string[];
  /** The grant behind a token when it is live and good for `resource`; `undefined` otherwise. */
  check(token: string, resource: string): MockGrant | undefined;
  /** End every grant at once. */
  endAllGrants(): void;
}

const REAL_TIME = {
  now: () => Date.now(),
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
};

export function createMockAuthorizationServer(options: MockAuthorizationServerOptions): MockAuthorizationServer {
  const { issuer, clock = REAL_TIME, slowMs = 1000, scopesSupported = [] } = options;
  const id = () => crypto.randomUUID();
  const book = createGrantBook();
  for (const client of options.clients ?? []) book.clients.set(client.clientId, client);
  for (const { clientId, resource, accessToken, refreshToken } of options.grants ?? []) {
    const grant = book.open({ clientId, resource, scopes: [], account: "somebody", offline: true });
    book.access.set(accessToken, { grant, expiresAt: clock.now() + (options.accessTokenTtl ?? 3600) * 1000 });
    if (refreshToken !== undefined) grant.refreshTokens.add(refreshToken);
  }
  const quirks = new Set(options.quirks);
  const tokenRequests: Record<string, string>[] = [];
  const revoked: string[] = [];
  const paths = metadataPaths(issuer);
  const base = new URL(issuer).pathname.replace(/\/$/, "");
  const registration = createRegistrationEndpoint({
    base: issuer.replace(/\/$/, ""),
    book,
    quirks,
    registrableNames: options.registrableNames ?? [],
    now: clock.now,
    id,
  });
  const nowhere = () => Promise.reject(new TypeError("fetch failed"));

  const revoke = async (request: Request): Promise<Response> => {
    const token = new URLSearchParams(await request.text()).get("token") ?? "";
    revoked.push(token);
    book.access.delete(token);
    const grant = book.byRefreshToken(token);
    if (grant) grant.ended = true;
    return new Response(null, { status: 200 });
  };

  const server: MockAuthorizationServer = {
    issuer,
    quirks,
    consent: options.consent ?? "ask",
    account: "somebody",
    accessTokenTtl: options.accessTokenTtl ?? 3600,
    registrations: registration.registrations,
    deletedClients: registration.deleted,
    tokenRequests,
    revoked,
    async handler(request) {
      if (quirks.has("slow")) await clock.sleep(slowMs);
      if (quirks.has("firewall") && request.headers.get("sec-fetch-mode") !== "navigate") return blocked();
      const { pathname } = new URL(request.url);
      if (pathname === (quirks.has("oidc-only") ? paths.openid : paths.oauth))
        return answerMetadata(buildMetadata(issuer, quirks, scopesSupported), quirks);
      const at = endpointPaths(quirks);
      if (pathname === base + at.authorize)
        return answerAuthorizeRequest(request, {
          issuer,
          book,
          quirks,
          consent: () => server.consent,
          account: () => server.account,
          now: clock.now,
          fetch: options.fetch ?? nowhere,
          id,
        });
      if (request.method === "DELETE" && pathname.startsWith(`${base}/register/`))
        return registration.remove(request, pathname.slice(`${base}/register/`.length));
      if (request.method !== "POST") return new Response("Not found", { status: 404 });
      if (pathname === base + at.register && !quirks.has("no-registration")) return registration.register(request);
      if (pathname === base + at.revoke && !quirks.has("no-revocation")) return revoke(request);
      if (pathname !== base + at.token) return new Response("Not found", { status: 404 });
      const form = new URLSearchParams(await request.text());
      tokenRequests.push(Object.fromEntries(form));
      return answerTokenRequest(request, form, {
        book,
        quirks,
        now: clock.now,
        id,
        accessTokenTtl: () => server.accessTokenTtl,
      });
    },
    check(token, resource) {
      const issued = book.access.get(token);
      if (issued === undefined || issued.grant.ended || issued.expiresAt <= clock.now()) return undefined;
      const { clientId, scopes, account } = issued.grant;
      const isFor = issued.grant.resource === null || issued.grant.resource === resource;
      return isFor ? { clientId, scopes, account } : undefined;
    },
    endAllGrants: () => book.endAll(),
  };
  return server;
}

const blocked = (): Response =>
  new Response("<!doctype html>Checking your browser", { status: 403, headers: { "content-type": "text/html" } });
