// The storage of the package `agents` 0.x as it is found: which rows and keys belong to which server.
import type { SqlDatabase } from "../../sql/database.ts";
import type { KeyValues } from "../ports.ts";

/** One row of the other package's table of servers. */
export interface InheritedRow extends Record<string, string | null> {
  id: string;
  name: string;
  server_url: string;
  /** Empty: none. */
  callback_url: string;
  client_id: string | null;
  server_options: string | null;
}

export interface InheritedRows {
  /** One read where nobody lived before. */
  exist(): boolean;
  /** Oldest first. */
  servers(): readonly InheritedRow[];
  /** What is stored for signing in to a server: what follows its prefix → value. */
  keysOf(serverId: string): ReadonlyMap<string, unknown>;
  /** Synchronous. */
  deleteServer(serverId: string): void;
  /** Synchronous. Delete the table, when it is empty, and what removed servers left behind. */
  close(): void;
}

const TABLE = "cf_agents_mcp_servers";
const SCHEMA_VERSION = "cf_agents:mcp_schema_version";
/** What follows `/{instance}/{server}/`. A client id may be a URL. */
const OAUTH_KEY =
  /^(state\/[^/]+|oauth_discovery|.+\/(client_info\/|token|code_verifier|code_verifier\/[^/]+|code_verifier_challenge\/[^/]+))$/;

/** `instance`: the name under which the other package filed its keys. */
export function createInheritedRows(sql: SqlDatabase, keys: KeyValues | undefined, instance: string): InheritedRows {
  const home = `/${instance}/`;

  function entriesOf(serverId: string) {
    const prefix = `${home}${serverId}/`;
    return (keys?.list(prefix) ?? [])
      .map(([key, value]) => ({ key, tail: key.slice(prefix.length), value }))
      .filter(({ tail }) => OAUTH_KEY.test(tail));
  }

  const servers = () =>
    sql.all<InheritedRow>(
      `SELECT id, name, server_url, callback_url, client_id, server_options FROM ${TABLE} ORDER BY rowid`,
    );

  return {
    exist: () => sql.all("SELECT 1 AS found FROM sqlite_master WHERE type = 'table' AND name = ?", TABLE).length > 0,
    servers,
    keysOf: (serverId) => new Map(entriesOf(serverId).map(({ tail, value }) => [tail, value])),
    deleteServer(serverId) {
      for (const { key } of entriesOf(serverId)) keys?.delete(key);
      sql.run(`DELETE FROM ${TABLE} WHERE id = ?`, serverId);
    },
    close() {
      const left = servers().map(({ id }) => `${id}/`);
      for (const [key] of keys?.list(home) ?? []) {
        const rest = key.slice(home.length);
        const ofRemoved = OAUTH_KEY.test(rest.slice(rest.indexOf("/") + 1)) && !left.some((id) => rest.startsWith(id));
        if (ofRemoved) keys?.delete(key);
      }
      if (left.length > 0) return;
      sql.run(`DROP TABLE ${TABLE}`);
      // So that the other package, if it ever comes back, makes its table anew.
      keys?.delete(SCHEMA_VERSION);
    },
  };
}
