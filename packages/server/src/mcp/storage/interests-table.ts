// What the app wants to hear from each server, so that a new session or another life of the object hears it too.
import { LOGGING_LEVELS, type LoggingLevel } from "@agents-internal/protocol";
import type { SqlDatabase } from "../../sql/database.ts";
import type { Interests } from "../session/session.ts";

export const INTERESTS_TABLE = `CREATE TABLE IF NOT EXISTS agents_mcp_interests (
  server_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (server_id, kind, value)
) WITHOUT ROWID`;

export interface InterestsTable {
  of(serverId: string): Interests;
  setLogLevel(serverId: string, level: LoggingLevel): void;
  addResource(serverId: string, uri: string): void;
  removeResource(serverId: string, uri: string): void;
  delete(serverId: string): void;
}

export function createInterestsTable(sql: SqlDatabase): InterestsTable {
  const values = (serverId: string, kind: string): readonly string[] =>
    sql
      .all<{ value: string }>(
        "SELECT value FROM agents_mcp_interests WHERE server_id = ? AND kind = ? ORDER BY value",
        serverId,
        kind,
      )
      .map(({ value }) => value);

  return {
    of(serverId) {
      const [stored] = values(serverId, "log-level");
      return {
        logLevel: LOGGING_LEVELS.find((level) => level === stored) ?? null,
        resources: values(serverId, "resource"),
      };
    },
    setLogLevel: (serverId, level) =>
      sql.transaction(() => {
        sql.run("DELETE FROM agents_mcp_interests WHERE server_id = ? AND kind = 'log-level'", serverId);
        sql.run("INSERT INTO agents_mcp_interests VALUES (?, 'log-level', ?)", serverId, level);
      }),
    addResource: (serverId, uri) =>
      sql.run("INSERT OR IGNORE INTO agents_mcp_interests VALUES (?, 'resource', ?)", serverId, uri),
    removeResource: (serverId, uri) =>
      sql.run(
        "DELETE FROM agents_mcp_interests WHERE server_id = ? AND kind = 'resource' AND value = ?",
        serverId,
        uri,
      ),
    delete: (serverId) => sql.run("DELETE FROM agents_mcp_interests WHERE server_id = ?", serverId),
  };
}
