// Decides which client id is used at an authorization server, and gets one when there is none.
import { dynamicClientRegistrationRequest } from "oauth4webapi";
import { McpError } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { Clock } from "../ports.ts";
import type { AuthorizationServer } from "./authorization-server.ts";
import {
  type ClientCredentials,
  configuredCredentials,
  isTokenAuthMethod,
  type TokenAuthMethod,
} from "./client-credentials.ts";
import type { ClientStore } from "./client-store.ts";
import { errorCodeOf } from "./error-answer.ts";
import { parseObject } from "./metadata-document.ts";
import type { AuthTarget } from "./oauth.ts";
import { libraryServer, requestOptions, send } from "./provider-request.ts";
import { sameIssuer } from "./server-metadata.ts";

export interface RegistrationDeps {
  readonly fetch: GuardedFetch;
  readonly clock: Clock;
  readonly clients: ClientStore;
  readonly appName: string | undefined;
  /** URL of this app's client id metadata document for a redirect URI, where one is served. */
  readonly clientIdDocument: ((redirectUri: string) => string | null) | undefined;
}

/**
 * Configured client → client id metadata document → what was registered before → dynamic registration (RFC 7591).
 * Whatever it is, it is stored with the issuer it belongs to, where the later steps find it.
 *
 * Rejects with `McpError`: `issuer-mismatch`, `client-id-required`, `registration-refused`, `http-error`, the vault's codes,
 * and what the guarded fetch throws.
 */
export async function resolveClient(
  deps: RegistrationDeps,
  target: AuthTarget,
  provider: AuthorizationServer,
  redirectUri: string,
): Promise<ClientCredentials> {
  const { clients, clock } = deps;
  const { serverId, options } = target;
  const rows = clients.list(serverId);

  if (options.client !== undefined) {
    const { issuer } = options.client;
    // Without a named issuer the first one found is the only one from then on: a server cannot lead the secret elsewhere.
    const bound = issuer ?? rows.find(({ source }) => source === "configured")?.issuer;
    if (bound !== undefined && !sameIssuer(provider.issuer, bound)) throw new McpError("issuer-mismatch", { serverId });
    const credentials = configuredCredentials(options.client, provider);
    await clients.save(
      serverId,
      { issuer: provider.issuer, source: "configured", redirectUri, secretExpiresAt: null },
      credentials,
    );
    return credentials;
  }

  const documentUrl = provider.clientIdDocuments ? (deps.clientIdDocument?.(redirectUri) ?? null) : null;
  if (documentUrl !== null) {
    const credentials: ClientCredentials = {
      clientId: documentUrl,
      clientSecret: null,
      method: "none",
      source: "document",
    };
    await clients.save(
      serverId,
      { issuer: provider.issuer, source: "document", redirectUri, secretExpiresAt: null },
      credentials,
    );
    return credentials;
  }

  const row = rows.find(({ issuer }) => issuer === provider.issuer);
  const alive = row?.secretExpiresAt === null || (row?.secretExpiresAt ?? 0) > clock.now();
  if (row?.source === "registered" && row.redirectUri === redirectUri && !row.unusable && alive) {
    const known = await clients.open(serverId, provider.issuer);
    if (known !== null) return known;
  }
  if (provider.registrationEndpoint === null) throw idRequired(redirectUri, serverId);
  const { credentials, secretExpiresAt } = await register(deps, target, provider, redirectUri);
  await clients.save(
    serverId,
    { issuer: provider.issuer, source: "registered", redirectUri, secretExpiresAt },
    credentials,
  );
  return credentials;
}

/** The request and the answer's reading; 200 and missing fields are tolerated, as deployed servers send them. */
async function register(
  deps: RegistrationDeps,
  target: AuthTarget,
  provider: AuthorizationServer,
  redirectUri: string,
) {
  const method = preferredMethod(provider);
  const metadata = {
    client_name: target.options.clientName ?? deps.appName ?? new URL(redirectUri).host,
    redirect_uris: [redirectUri],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: method,
    application_type: redirectUri.startsWith("https:") ? "web" : "native",
  };
  const options = requestOptions(deps.fetch, "registration");
  const response = await send(() => dynamicClientRegistrationRequest(libraryServer(provider), metadata, options));
  const { status } = response;
  const body = parseObject(await response.text());
  if (status === 429 || status >= 500)
    throw new McpError("http-error", { status, detail: `(registration: ${status})` });
  if (provider.assumed && (status === 404 || status === 405)) throw idRequired(redirectUri, target.serverId);
  if (status !== 200 && status !== 201) {
    throw new McpError("registration-refused", {
      status,
      detail: `(${errorCodeOf(body) ?? status})`,
      serverId: target.serverId,
    });
  }
  const clientId = body?.["client_id"];
  if (typeof clientId !== "string" || clientId === "")
    throw new McpError("registration-refused", { status, detail: "(client_id)" });
  return readRegistration(clientId, body ?? {}, method);
}

function readRegistration(clientId: string, body: Readonly<Record<string, unknown>>, asked: TokenAuthMethod) {
  const secret =
    typeof body["client_secret"] === "string" && body["client_secret"] !== "" ? body["client_secret"] : null;
  const answered = body["token_endpoint_auth_method"];
  const fitting = secret !== null && asked === "none" ? "client_secret_basic" : asked;
  const method = secret === null ? "none" : isTokenAuthMethod(answered) ? answered : fitting;
  const expires = Number(body["client_secret_expires_at"] ?? 0);
  const secretExpiresAt = secret !== null && Number.isFinite(expires) && expires > 0 ? expires * 1000 : null;
  const credentials: ClientCredentials = { clientId, clientSecret: secret, method, source: "registered" };
  return { credentials, secretExpiresAt };
}

/** A public client needs no secret that could expire; RFC 8414 says what a silent provider takes. */
function preferredMethod({ tokenAuthMethods }: AuthorizationServer): TokenAuthMethod {
  if (tokenAuthMethods === null) return "client_secret_basic";
  const order: readonly TokenAuthMethod[] = ["none", "client_secret_basic", "client_secret_post"];
  return order.find((method) => tokenAuthMethods.includes(method)) ?? "none";
}

function idRequired(redirectUri: string, serverId: string): McpError {
  return new McpError("client-id-required", {
    serverId,
    detail: `Register the redirect URI ${redirectUri} there and pass oauth.client.`,
  });
}
