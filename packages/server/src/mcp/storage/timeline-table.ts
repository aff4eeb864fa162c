// What happened to each server, bounded: the oldest entries make room for new ones. Nothing secret.
import type { TimelineEntry } from "@agents-internal/protocol";
import type { SqlDatabase } from "../../sql/database.ts";

export const TIMELINE_TABLE = `CREATE TABLE IF NOT EXISTS agents_mcp_timeline (
  server_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  times INTEGER NOT NULL,
  facts TEXT NOT NULL,
  PRIMARY KEY (server_id, number)
) WITHOUT ROWID`;

/** Entries kept for each server. */
export const TIMELINE_LENGTH = 200;

/** The part of an entry that says what happened; the same again is the same text. */
type StoredFacts = Omit<TimelineEntry, "number" | "at" | "times">;

export interface TimelineTable {
  append(serverId: string, at: number, facts: StoredFacts): void;
  of(serverId: string): readonly TimelineEntry[];
  delete(serverId: string): void;
}

interface Row extends Record<string, string | number> {
  number: number;
  at: number;
  times: number;
  facts: string;
}

/** The next entry of a server that is stored, or, where the last one says the same, that one once more. */
const APPEND =
  "INSERT INTO agents_mcp_timeline " +
  "SELECT s.id, IFNULL(l.number, 0) + (l.facts IS NOT ?), ?, 1, ? FROM agents_mcp_servers s LEFT JOIN " +
  "(SELECT number, facts FROM agents_mcp_timeline WHERE server_id = ? ORDER BY number DESC LIMIT 1) l ON TRUE WHERE s.id = ? " +
  "ON CONFLICT (server_id, number) DO UPDATE SET at = excluded.at, times = times + 1 RETURNING number";

export function createTimelineTable(sql: SqlDatabase): TimelineTable {
  return {
    append(serverId, at, facts) {
      const text = JSON.stringify(facts);
      const [entry] = sql.all<{ number: number }>(APPEND, text, at, text, serverId, serverId);
      if (entry === undefined || entry.number <= TIMELINE_LENGTH) return;
      sql.run(
        "DELETE FROM agents_mcp_timeline WHERE server_id = ? AND number <= ?",
        serverId,
        entry.number - TIMELINE_LENGTH,
      );
    },
    of: (serverId) =>
      sql
        .all<Row>("SELECT * FROM agents_mcp_timeline WHERE server_id = ? ORDER BY number", serverId)
        .map(({ number, at, times, facts }) => ({ number, at, times, ...(JSON.parse(facts) as StoredFacts) })),
    delete: (serverId) => sql.run("DELETE FROM agents_mcp_timeline WHERE server_id = ?", serverId),
  };
}
