// Decides which client id is used at an authorization server, and gets one when there is none.
import { McpError } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { Clock } from "../ports.ts";
import type { AuthorizationServer } from "./authorization-server.ts";
import { callbackOfServer } from "./callback-place.ts";
import { type ClientCredentials, configuredCredentials } from "./client-credentials.ts";
import type { ClientRow, ClientStore } from "./client-store.ts";
import { registerDynamically } from "./dynamic-registration.ts";
import type { AuthTarget } from "./oauth.ts";
import type { OperatorClientBook } from "./operator-clients.ts";
import type { RegistrationManagement } from "./registration-management.ts";
import { sameIssuer } from "./server-metadata.ts";

export interface RegistrationDeps {
  readonly fetch: GuardedFetch;
  readonly clock: Clock;
  readonly clients: ClientStore;
  readonly operators: OperatorClientBook;
  readonly appName: string | undefined;
  /** URL of this app's client id metadata document for a redirect URI, where one is served. */
  readonly clientIdDocument: ((redirectUri: string) => string | null) | undefined;
  /** Addresses below a callback reach this host, too. */
  readonly routesBelow: ((callbackUrl: string) => boolean) | undefined;
}

/** What is known of a client besides its credentials. */
interface Resolved {
  readonly credentials: ClientCredentials;
  /** Default: the callback that all servers share, which is the one that was registered by hand. */
  readonly redirectUri?: string;
  readonly secretExpiresAt?: number | null;
  readonly management?: RegistrationManagement | null;
}

/**
 * The server's own configured client → the operator's for this authorization server → what was registered before and still
 * works → client id metadata document → dynamic registration. Whatever it is, it is stored with the issuer it belongs to,
 * where the later steps find it, and with the redirect URI that it is good for.
 *
 * Rejects with `McpError`: `issuer-mismatch`, `client-id-required`, `registration-refused`, `option-invalid`, `http-error`,
 * the vault's codes, and what the guarded fetch throws.
 */
export async function resolveClient(
  deps: RegistrationDeps,
  target: AuthTarget,
  provider: AuthorizationServer,
  callbackUrl: string,
): Promise<ClientCredentials> {
  const { clients } = deps;
  const { serverId } = target;
  const { issuer } = provider;
  const rows = clients.list(serverId);

  const resolved =
    configured(target, provider, rows) ??
    fromTable(deps, target, provider) ??
    (await registeredBefore(deps, target, provider, callbackUrl, rows)) ??
    fromDocument(deps, provider, callbackUrl, rows) ??
    (await registered(deps, target, provider, callbackUrl));
  const { credentials, redirectUri = callbackUrl, secretExpiresAt = null, management = null } = resolved;
  const { source } = credentials;
  await clients.save(serverId, { issuer, source, redirectUri, secretExpiresAt }, credentials, management);
  return credentials;
}

/** A secret is bound to the issuer it was configured for; without one, the first issuer met is kept for good. */
function configured(
  { serverId, options: { client } }: AuthTarget,
  provider: AuthorizationServer,
  rows: readonly ClientRow[],
): Resolved | null {
  if (client === undefined) return null;
  const bound = client.issuer ?? rows.find(({ source }) => source === "configured")?.issuer;
  const trusted = bound === undefined ? client.clientSecret === undefined : sameIssuer(provider.issuer, bound);
  if (!trusted) throw new McpError("issuer-mismatch", { serverId, detail: `(${new URL(provider.issuer).host})` });
  return { credentials: configuredCredentials(client, provider) };
}

function fromTable(
  { operators }: RegistrationDeps,
  { serverUrl }: AuthTarget,
  provider: AuthorizationServer,
): Resolved | null {
  const credentials = operators.find(provider, serverUrl);
  return credentials && { credentials };
}

/**
 * A provider that cannot read the document (a firewall, a limit) shows a page of its own and sends nobody back: where it registers
 * apps as well, the next sign-in does that.
 */
function fromDocument(
  { clientIdDocument }: RegistrationDeps,
  provider: AuthorizationServer,
  redirectUri: string,
  rows: readonly ClientRow[],
): Resolved | null {
  const isLeft = rows.some(
    ({ issuer, source, unusable }) => issuer === provider.issuer && source === "document" && unusable,
  );
  if (isLeft && provider.registrationEndpoint !== null) return null;
  const clientId = provider.clientIdDocuments ? (clientIdDocument?.(redirectUri) ?? null) : null;
  if (clientId === null) return null;
  return { credentials: { clientId, clientSecret: null, method: "none", source: "document" } };
}

/** Good for this very redirect URI, as long as nobody said that it is forgotten. */
async function registeredBefore(
  deps: RegistrationDeps,
  { serverId }: AuthTarget,
  provider: AuthorizationServer,
  callbackUrl: string,
  rows: readonly ClientRow[],
): Promise<Resolved | null> {
  const { clients, clock } = deps;
  const { issuer } = provider;
  const redirectUri = redirectUriToRegister(deps, serverId, provider, callbackUrl);
  const row = rows.find((candidate) => candidate.issuer === issuer && candidate.source === "registered");
  if (row === undefined || row.redirectUri !== redirectUri || row.unusable) return null;
  const { secretExpiresAt } = row;
  if (secretExpiresAt !== null && secretExpiresAt <= clock.now()) return null;
  const [credentials, management] = await Promise.all([
    clients.open(serverId, issuer),
    clients.openManagement(serverId, issuer),
  ]);
  return credentials && { credentials, redirectUri, secretExpiresAt, management };
}

async function registered(
  deps: RegistrationDeps,
  { serverId, options }: AuthTarget,
  provider: AuthorizationServer,
  callbackUrl: string,
): Promise<Resolved> {
  const { fetch, appName } = deps;
  const redirectUri = redirectUriToRegister(deps, serverId, provider, callbackUrl);
  const clientName = options.clientName ?? appName;
  const outcome = await registerDynamically({ fetch, redirectUri, clientName }, provider);
  if (outcome.kind === "registered") return { ...outcome, redirectUri };
  // Nothing describes itself as a sign-in service there, and nothing answers as one.
  if (provider.assumed) {
    const detail = `It may want a token of its own in a header, or a client that was registered by hand at ${provider.issuer}.`;
    throw new McpError("authorization-server-not-found", { serverId, detail });
  }
  throw new McpError("client-id-required", {
    serverId,
    detail: `Register the redirect URI ${callbackUrl} at ${provider.issuer} and configure the client.`,
  });
}

/**
 * One of the server's own where the provider's answers do not name it (RFC 9207): without a name, only where an answer
 * arrives tells whose it is.
 */
function redirectUriToRegister(
  { routesBelow }: RegistrationDeps,
  serverId: string,
  { sendsIssuer }: AuthorizationServer,
  callbackUrl: string,
): string {
  return !sendsIssuer && routesBelow?.(callbackUrl) ? callbackOfServer(callbackUrl, serverId) : callbackUrl;
}
