// One row per MCP server: what was asked for, where it stands, what was agreed with it. Nothing secret.
import type { SqlDatabase } from "../../sql/database.ts";
import type { Connection, ConnectionState } from "../lifecycle/state.ts";
import type { McpClientOptions, OAuthOptions, RetryOptions, TransportType } from "../options.ts";
import type { SessionFacts } from "../session/session.ts";

export const SERVERS_TABLE = `CREATE TABLE IF NOT EXISTS agents_mcp_servers (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  callback_url TEXT,
  options TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  state TEXT NOT NULL,
  facts TEXT,
  catalogue_version INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID`;

/** The part of the developer's options that is stored in clear. Header values and client secrets are in the vault. */
export interface StoredOptions {
  readonly transport: TransportType;
  readonly client: Omit<McpClientOptions, "jsonSchemaValidator">;
  readonly retry: RetryOptions;
  readonly oauth: OAuthOptions;
}

export interface ServerRecord {
  readonly id: string;
  /** The developer's label. */
  readonly name: string;
  readonly url: string;
  readonly callbackUrl: string | null;
  readonly options: StoredOptions;
  /** ms since the epoch */
  readonly createdAt: number;
}

export interface StoredServer {
  readonly record: ServerRecord;
  readonly connection: Connection;
  readonly facts: SessionFacts | null;
  readonly catalogueVersion: number;
}

interface Row extends Record<string, string | number | null> {
  id: string;
  name: string;
  url: string;
  callback_url: string | null;
  options: string;
  epoch: number;
  state: string;
  facts: string | null;
  catalogue_version: number;
  created_at: number;
}

export interface ServersTable {
  /** Oldest first. */
  all(): readonly StoredServer[];
  put(server: StoredServer): void;
  saveConnection(id: string, connection: Connection): void;
  saveFacts(id: string, facts: SessionFacts | null): void;
  saveCatalogueVersion(id: string, version: number): void;
  delete(id: string): void;
}

export function createServersTable(sql: SqlDatabase): ServersTable {
  return {
    all: () => sql.all<Row>("SELECT * FROM agents_mcp_servers ORDER BY created_at, id").map(fromRow),
    put: ({ record, connection, facts, catalogueVersion }) =>
      sql.run(
        "INSERT OR REPLACE INTO agents_mcp_servers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        record.id,
        record.name,
        record.url,
        record.callbackUrl,
        JSON.stringify(record.options),
        connection.epoch,
        JSON.stringify(connection.state),
        facts === null ? null : JSON.stringify(facts),
        catalogueVersion,
        record.createdAt,
      ),
    saveConnection: (id, { epoch, state }) =>
      sql.run("UPDATE agents_mcp_servers SET epoch = ?, state = ? WHERE id = ?", epoch, JSON.stringify(state), id),
    saveFacts: (id, facts) =>
      sql.run(
        "UPDATE agents_mcp_servers SET facts = ? WHERE id = ?",
        facts === null ? null : JSON.stringify(facts),
        id,
      ),
    saveCatalogueVersion: (id, version) =>
      sql.run("UPDATE agents_mcp_servers SET catalogue_version = ? WHERE id = ?", version, id),
    delete: (id) => sql.run("DELETE FROM agents_mcp_servers WHERE id = ?", id),
  };
}

/** Rows are written above and nowhere else, so their JSON has the shape that was written. */
function fromRow(row: Row): StoredServer {
  return {
    record: {
      id: row.id,
      name: row.name,
      url: row.url,
      callbackUrl: row.callback_url,
      options: JSON.parse(row.options) as StoredOptions,
      createdAt: row.created_at,
    },
    connection: { epoch: row.epoch, state: JSON.parse(row.state) as ConnectionState },
    facts: row.facts === null ? null : (JSON.parse(row.facts) as SessionFacts),
    catalogueVersion: row.catalogue_version,
  };
}
