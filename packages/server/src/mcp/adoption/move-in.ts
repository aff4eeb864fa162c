// Takes over the servers of the package `agents` 0.x that lived in the same object: sealed first, then moved in one transaction.
import { McpError } from "../errors.ts";
import type { ConnectionState } from "../lifecycle/state.ts";
import { callbackPlace } from "../oauth/callback-place.ts";
import { createClientStore } from "../oauth/client-store.ts";
import { createFlowStore } from "../oauth/flow-store.ts";
import { buildGrant } from "../oauth/grant.ts";
import { canonicalResource } from "../oauth/resource-metadata.ts";
import { createTokenStore } from "../oauth/token-store.ts";
import type { McpPorts } from "../ports.ts";
import { isBoundUrl } from "../public-url.ts";
import { createMcpTables } from "../schema.ts";
import type { ServerSecretsStore } from "../servers/server-secrets.ts";
import { DEFAULT_OPTIONS, type ServerRecord, type ServersTable } from "../storage/servers-table.ts";
import type { Vault } from "../vault.ts";
import { type InheritedGrant, readInheritedGrant } from "./inherited-grant.ts";
import { readInheritedOptions } from "./inherited-options.ts";
import { createInheritedRows, type InheritedRow } from "./inherited-rows.ts";

export interface MoveInDeps {
  readonly ports: McpPorts;
  readonly vault: Vault;
  readonly servers: ServersTable;
  readonly secrets: ServerSecretsStore;
}

export interface MoveIn {
  /**
   * Take over every server whose secrets can be sealed. What cannot be stays where it is, and its server is `failed` with
   * the vault's code. Interrupted anywhere it begins again from the same rows. Costs one read where nobody lived before.
   */
  run(): Promise<void>;
  /** The store, which refuses those that stayed where they are: they are not to be reached without what is secret. */
  guard(secrets: ServerSecretsStore): ServerSecretsStore;
}

/** Lists are not among what is taken over: each server is connected to and asked once. */
const CONNECTING: ConnectionState = { kind: "connecting", attempt: 1, goal: "discover", signIns: 0 };

export function createMoveIn({ ports, vault, servers, secrets }: MoveInDeps): MoveIn {
  const { sql, clock, log } = ports;
  const clients = createClientStore(sql, vault);
  const tokens = createTokenStore(sql, vault);
  const flows = createFlowStore(sql, vault);
  const inherited = createInheritedRows(sql, ports.keyValues, ports.identity.instance);
  /** Servers that could not be taken over, and why. */
  const held = new Map<string, McpError>();

  /** As which server a row is taken over: what was granted to one address or account is never shown to another. */
  function idFor({ id, server_url: url }: InheritedRow, known: ReadonlyMap<string, ServerRecord>): string {
    const ours = known.get(id);
    const isSame = ours === undefined || (isSameUrl(ours.url, url) && ours.options.account === undefined);
    return isSame ? id : ports.ids.id();
  }

  function putServer(row: InheritedRow, options: typeof DEFAULT_OPTIONS, state: ConnectionState, age: number): void {
    const callbackUrl = row.callback_url === "" ? null : row.callback_url;
    const { id, name, server_url: url } = row;
    servers.put({
      record: { id, name, url, callbackUrl, options, createdAt: clock.now() - age },
      connection: { epoch: 0, state },
      facts: null,
      catalogueVersion: 0,
    });
    // Whoever comes back from a sign-in that was begun there is told what to do.
    if (callbackUrl !== null && URL.canParse(callbackUrl)) flows.rememberCallbackPlace(id, callbackPlace(callbackUrl));
  }

  async function prepareGrant(row: InheritedRow, { client, tokens: given }: InheritedGrant): Promise<() => void> {
    const { id, server_url: url } = row;
    const commitClient = client && (await clients.prepare(id, client.row, client.credentials));
    if (given === null) return () => commitClient?.();
    const { issuer, granted, credentials } = given;
    const { accessToken, refreshToken, scopes } = granted;
    const basis = { origin: "sign-in", issuer, resource: canonicalResource(url), provider: null, scopes } as const;
    // When the token ends was not noted: it is renewed before it is used, which also makes the one in clear worthless.
    const unknownEnd = { ...granted, expiresIn: null };
    const grant = buildGrant(ports, basis, unknownEnd, refreshToken !== null);
    const due = { ...grant, refreshAt: refreshToken === null ? null : grant.obtainedAt };
    const sealed = await tokens.seal(id, issuer, {
      accessToken,
      refreshToken,
      client: credentials,
      proofKey: null,
      machine: null,
      earlier: [],
    });
    return () => {
      commitClient?.();
      tokens.save(id, due, sealed, null);
    };
  }

  /** Seals, and returns the part that is written. Rejects with the vault's codes. */
  async function prepare(found: InheritedRow, id: string, age: number): Promise<() => void> {
    const row = { ...found, id };
    const options = readInheritedOptions(row.server_options);
    if (options === null) log.warn("move-in-options-unreadable", { serverId: id });
    const callbackUrl = row.callback_url === "" ? null : row.callback_url;
    const grant = readInheritedGrant(inherited.keysOf(found.id), row.client_id, callbackUrl);
    const commitSecrets = await secrets.prepare(id, { ...secrets.none, ...options?.secrets });
    const commitGrant = await prepareGrant(row, grant);
    return () => {
      putServer(row, options?.stored ?? DEFAULT_OPTIONS, CONNECTING, age);
      commitSecrets();
      commitGrant();
      inherited.deleteServer(found.id);
    };
  }

  function hold(row: InheritedRow, error: McpError, age: number): () => void {
    held.set(row.id, error);
    const { code, detail = null } = error;
    const options = readInheritedOptions(row.server_options)?.stored ?? DEFAULT_OPTIONS;
    const state = { kind: "failed", code, detail, cameFrom: "connecting", attempt: 1, retryAt: null } as const;
    return () => putServer(row, options, state, age);
  }

  return {
    async run() {
      if (!inherited.exist()) return;
      createMcpTables(sql);
      const rows = inherited.servers().filter(({ server_url: url }) => isBoundUrl(url) || URL.canParse(url));
      const known = new Map(servers.all().map(({ record }) => [record.id, record]));
      const commits: (() => void)[] = [];
      for (const [index, row] of rows.entries()) {
        // Their order is all that is known of their age.
        const age = rows.length - index;
        const id = idFor(row, known);
        const commit = await prepare(row, id, age).catch((error: unknown) => {
          // The id is another server's, which goes on; the row is tried again with the next start.
          if (id !== row.id) return () => undefined;
          return hold(row, McpError.from(error), age);
        });
        commits.push(commit);
      }
      sql.transaction(() => {
        for (const commit of commits) commit();
        inherited.close();
      });
      log.info("moved-in", { servers: rows.length - held.size, held: held.size });
    },
    guard: (store) => ({
      ...store,
      async read(serverId) {
        const error = held.get(serverId);
        if (error !== undefined) throw error;
        return store.read(serverId);
      },
      delete(serverId) {
        if (held.delete(serverId)) inherited.deleteServer(serverId);
        store.delete(serverId);
      },
    }),
  };
}

/** Ours are stored as the parser writes them. */
function isSameUrl(a: string, b: string): boolean {
  return a === b || (URL.canParse(a) && URL.canParse(b) && new URL(a).href === new URL(b).href);
}
