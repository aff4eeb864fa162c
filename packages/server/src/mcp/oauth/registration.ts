// Decides which client id is used at an authorization server, and gets one when there is none.
import { McpError } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { Clock } from "../ports.ts";
import type { AuthorizationServer } from "./authorization-server.ts";
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
}

/** What is known of a client besides its credentials. */
interface Resolved {
  readonly credentials: ClientCredentials;
  readonly secretExpiresAt?: number | null;
  readonly management?: RegistrationManagement | null;
}

/**
 * The server's own configured client → the operator's for this authorization server → client id metadata document → what
 * was registered before → dynamic registration. Whatever it is, it is stored with the issuer it belongs to, where the
 * later steps find it.
 *
 * Rejects with `McpError`: `issuer-mismatch`, `client-id-required`, `registration-refused`, `option-invalid`, `http-error`,
 * the vault's codes, and what the guarded fetch throws.
 */
export async function resolveClient(
  deps: RegistrationDeps,
  target: AuthTarget,
  provider: AuthorizationServer,
  redirectUri: string,
): Promise<ClientCredentials> {
  const { clients } = deps;
  const { serverId } = target;
  const { issuer } = provider;
  const rows = clients.list(serverId);

  const resolved =
    configured(target, provider, rows) ??
    fromTable(deps, provider) ??
    fromDocument(deps, provider, redirectUri) ??
    (await registeredBefore(deps, target, provider, redirectUri, rows)) ??
    (await registered(deps, target, provider, redirectUri));
  const { credentials, secretExpiresAt = null, management = null } = resolved;
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

function fromTable({ operators }: RegistrationDeps, provider: AuthorizationServer): Resolved | null {
  const credentials = operators.find(provider);
  return credentials && { credentials };
}

function fromDocument(
  { clientIdDocument }: RegistrationDeps,
  provider: AuthorizationServer,
  redirectUri: string,
): Resolved | null {
  const clientId = provider.clientIdDocuments ? (clientIdDocument?.(redirectUri) ?? null) : null;
  if (clientId === null) return null;
  return { credentials: { clientId, clientSecret: null, method: "none", source: "document" } };
}

/** Good for this very redirect URI, as long as nobody said that it is forgotten. */
async function registeredBefore(
  { clients, clock }: RegistrationDeps,
  { serverId }: AuthTarget,
  { issuer }: AuthorizationServer,
  redirectUri: string,
  rows: readonly ClientRow[],
): Promise<Resolved | null> {
  const row = rows.find((candidate) => candidate.issuer === issuer && candidate.source === "registered");
  if (row === undefined || row.redirectUri !== redirectUri || row.unusable) return null;
  const { secretExpiresAt } = row;
  if (secretExpiresAt !== null && secretExpiresAt <= clock.now()) return null;
  const [credentials, management] = await Promise.all([
    clients.open(serverId, issuer),
    clients.openManagement(serverId, issuer),
  ]);
  return credentials && { credentials, secretExpiresAt, management };
}

async function registered(
  { fetch, appName }: RegistrationDeps,
  { serverId, options }: AuthTarget,
  provider: AuthorizationServer,
  redirectUri: string,
): Promise<Resolved> {
  const clientName = options.clientName ?? appName;
  const outcome = await registerDynamically({ fetch, redirectUri, clientName }, provider);
  if (outcome.kind === "registered") return outcome;
  throw new McpError("client-id-required", {
    serverId,
    detail: `Register the redirect URI ${redirectUri} at ${provider.issuer} and configure the client.`,
  });
}
