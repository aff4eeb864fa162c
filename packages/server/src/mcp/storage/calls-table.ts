// Calls that outlive the isolate they were made in, one row each. What continues them and what they came to lies in the vault.
import type { SqlDatabase } from "../../sql/database.ts";
import type { CallRecord } from "../lasting/lasting-call.ts";

export const CALLS_TABLE = `CREATE TABLE IF NOT EXISTS agents_mcp_calls (
  id TEXT PRIMARY KEY,
  server_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  settled_at INTEGER,
  record TEXT NOT NULL
) WITHOUT ROWID`;

export interface CallsTable {
  /** Oldest first. */
  all(): readonly CallRecord[];
  get(id: string): CallRecord | null;
  put(record: CallRecord): void;
  delete(id: string): void;
  /** Also those that cannot be read. */
  deleteServer(serverId: string): void;
  workingCount(): number;
  /** All settled calls but the newest `kept`. */
  surplus(kept: number): readonly CallRecord[];
}

interface Row extends Record<string, string> {
  record: string;
}

export function createCallsTable(sql: SqlDatabase): CallsTable {
  const read = (rows: readonly Row[]): readonly CallRecord[] => rows.flatMap(({ record }) => readRecord(record) ?? []);
  return {
    all: () => read(sql.all<Row>("SELECT record FROM agents_mcp_calls ORDER BY created_at, id")),
    get: (id) => read(sql.all<Row>("SELECT record FROM agents_mcp_calls WHERE id = ?", id))[0] ?? null,
    put(record) {
      const { id, serverId, createdAt, state } = record;
      const settledAt = state.kind === "working" ? null : state.settledAt;
      sql.run(
        "INSERT OR REPLACE INTO agents_mcp_calls (id, server_id, created_at, settled_at, record) VALUES (?, ?, ?, ?, ?)",
        id,
        serverId,
        createdAt,
        settledAt,
        JSON.stringify(record),
      );
    },
    delete: (id) => sql.run("DELETE FROM agents_mcp_calls WHERE id = ?", id),
    deleteServer: (serverId) => sql.run("DELETE FROM agents_mcp_calls WHERE server_id = ?", serverId),
    workingCount: () =>
      sql.all<{ count: number }>("SELECT COUNT(*) AS count FROM agents_mcp_calls WHERE settled_at IS NULL")[0]?.count ??
      0,
    surplus: (kept) =>
      read(
        sql.all<Row>(
          "SELECT record FROM agents_mcp_calls WHERE settled_at IS NOT NULL ORDER BY settled_at DESC, id LIMIT -1 OFFSET ?",
          kept,
        ),
      ),
  };
}

/** A row that cannot be read is no call, and keeps nobody from the others. */
function readRecord(text: string): CallRecord | null {
  try {
    return JSON.parse(text) as CallRecord;
  } catch {
    return null;
  }
}
