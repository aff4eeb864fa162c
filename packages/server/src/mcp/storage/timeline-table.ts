// What happened to each server, bounded: the oldest entries make room for new ones. Nothing secret.
import type { TimelineEntry } from "@agents-internal/protocol";
import type { SqlDatabase } from "../../sql/database.ts";
import type { RememberingDatabase } from "../../sql/remembered-reads.ts";

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

type Last = Pick<Row, "number" | "facts">;

export function createTimelineTable(sql: SqlDatabase | RememberingDatabase): TimelineTable {
  /** The newest entry of each server, as long as no transaction was undone. */
  let newest = new Map<string, Last>();
  const undone = (): number => ("undone" in sql ? sql.undone : 0);
  let seen = undone();

  function lastOf(serverId: string): Last | undefined {
    if (seen !== undone()) newest = new Map();
    seen = undone();
    const known = newest.get(serverId);
    if (known) return known;
    const query = "SELECT number, facts FROM agents_mcp_timeline WHERE server_id = ? ORDER BY number DESC LIMIT 1";
    return sql.all<Last>(query, serverId)[0];
  }

  return {
    append(serverId, at, facts) {
      const text = JSON.stringify(facts);
      const last = lastOf(serverId);
      if (last?.facts === text) {
        sql.run(
          "UPDATE agents_mcp_timeline SET at = ?, times = times + 1 WHERE server_id = ? AND number = ?",
          at,
          serverId,
          last.number,
        );
        return;
      }
      const number = (last?.number ?? 0) + 1;
      const [written] = sql.all(
        "INSERT INTO agents_mcp_timeline SELECT id, ?, ?, 1, ? FROM agents_mcp_servers WHERE id = ? RETURNING number",
        number,
        at,
        text,
        serverId,
      );
      if (written === undefined) return;
      newest.set(serverId, { number, facts: text });
      if (number <= TIMELINE_LENGTH) return;
      sql.run(
        "DELETE FROM agents_mcp_timeline WHERE server_id = ? AND number <= ?",
        serverId,
        number - TIMELINE_LENGTH,
      );
    },
    of: (serverId) =>
      sql
        .all<Row>("SELECT * FROM agents_mcp_timeline WHERE server_id = ? ORDER BY number", serverId)
        .map(({ number, at, times, facts }) => ({ number, at, times, ...(JSON.parse(facts) as StoredFacts) })),
    delete(serverId) {
      newest.delete(serverId);
      sql.run("DELETE FROM agents_mcp_timeline WHERE server_id = ?", serverId);
    },
  };
}
