// One row per MCP server: what was asked for, where it stands, what was agreed with it. Nothing secret.
import type { SqlDatabase } from "../../sql/database.ts";
import type { Connection, ConnectionState, StateKind } from "../lifecycle/state.ts";
import type {
  Listen,
  McpClientOptions,
  RetryOptions,
  StoredOAuthOptions,
  TransportType,
  ToolOptions,
} from "../options.ts";
import type { Log } from "../ports.ts";
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

/** The part of the developer's options that is stored in clear. Header values, client secrets and machine grants are in the vault. */
export interface StoredOptions {
  readonly transport: TransportType;
  readonly client: Omit<McpClientOptions, "jsonSchemaValidator">;
  readonly retry: RetryOptions;
  readonly oauth: StoredOAuthOptions;
  /** Absent in rows written before tools could be held. */
  readonly tools?: ToolOptions;
  /** Absent: as the agent's options say. */
  readonly listen?: Listen;
  /** Which of several accounts at the server this is; part of what makes an entry the same one. */
  readonly account?: string;
  /** Name of the Durable Object binding behind which the server is; absent for one that is reached by URL. */
  readonly binding?: string;
}

export const DEFAULT_OPTIONS: StoredOptions = { transport: "auto", client: {}, retry: {}, oauth: {} };

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

/** Everything about a server that changes by itself, as it lies in the row. */
export interface StoredStanding {
  readonly epoch: number;
  /** JSON */
  readonly state: string;
  /** JSON */
  readonly facts: string | null;
  readonly catalogueVersion: number;
}

export interface ServersTable {
  /** Oldest first. */
  all(): readonly StoredServer[];
  put(server: StoredServer): void;
  save(id: string, standing: StoredStanding): void;
  delete(id: string): void;
}

export function createServersTable(sql: SqlDatabase, log: Log): ServersTable {
  return {
    all: () => sql.all<Row>("SELECT * FROM agents_mcp_servers ORDER BY created_at, id").map((row) => fromRow(row, log)),
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
    save: (id, { epoch, state, facts, catalogueVersion }) =>
      sql.run(
        "UPDATE agents_mcp_servers SET epoch = ?, state = ?, facts = ?, catalogue_version = ? WHERE id = ?",
        epoch,
        state,
        facts,
        catalogueVersion,
        id,
      ),
    delete: (id) => sql.run("DELETE FROM agents_mcp_servers WHERE id = ?", id),
  };
}

const KINDS: Readonly<Record<StateKind, true>> = {
  registered: true,
  connecting: true,
  authenticating: true,
  exchanging: true,
  connected: true,
  discovering: true,
  ready: true,
  failed: true,
  "signing-out": true,
  removed: true,
};

/**
 * Rows are written above and nowhere else, so what can be parsed has the shape that was written; only a state that newer
 * code knows may stand there after that code was rolled back. A row that cannot be used is a failure of its server alone:
 * adding it again mends it.
 */
function fromRow(row: Row, log: Log): StoredServer {
  const options = parse<StoredOptions>(row.options);
  const state = parse<ConnectionState>(row.state);
  const usable = options !== null && state !== null && Object.hasOwn(KINDS, state.kind);
  if (!usable) log.warn("mcp-row-unreadable", { serverId: row.id });
  return {
    record: {
      id: row.id,
      name: row.name,
      url: row.url,
      callbackUrl: row.callback_url,
      options: options ?? DEFAULT_OPTIONS,
      createdAt: row.created_at,
    },
    connection: { epoch: row.epoch, state: usable ? state : UNREADABLE },
    facts: row.facts === null ? null : parse<SessionFacts>(row.facts),
    catalogueVersion: row.catalogue_version,
  };
}

const UNREADABLE: ConnectionState = {
  kind: "failed",
  code: "internal-error",
  detail: "What was stored about the server cannot be read.",
  cameFrom: "connecting",
  attempt: 1,
  retryAt: null,
};

function parse<T extends object>(text: string): T | null {
  try {
    return JSON.parse(text) as T | null;
  } catch {
    return null;
  }
}
