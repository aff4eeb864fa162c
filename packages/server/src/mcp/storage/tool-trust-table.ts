// Which definition of each tool of a server was accepted, and what may be done with it.
import type { SqlDatabase } from "../../sql/database.ts";
import type { ToolTrustRows, TrustRecord } from "../tool-trust-rows.ts";
import { textParts } from "./text-parts.ts";

export const TOOL_TRUST_TABLE = `CREATE TABLE IF NOT EXISTS agents_mcp_tool_trust (
  server_id TEXT NOT NULL,
  part INTEGER NOT NULL,
  tools TEXT NOT NULL,
  PRIMARY KEY (server_id, part)
) WITHOUT ROWID`;

export function createToolTrustTable(sql: SqlDatabase): ToolTrustRows {
  const clear = (serverId: string): void => sql.run("DELETE FROM agents_mcp_tool_trust WHERE server_id = ?", serverId);

  return {
    read(serverId) {
      const rows = sql.all<{ tools: string }>(
        "SELECT tools FROM agents_mcp_tool_trust WHERE server_id = ? ORDER BY part",
        serverId,
      );
      if (rows.length === 0) return null;
      // As pairs: a tool may be called `__proto__`.
      return new Map(JSON.parse(rows.map(({ tools }) => tools).join("")) as [string, TrustRecord][]);
    },
    write(serverId, records) {
      const parts = textParts(JSON.stringify([...records]));
      const rest = [serverId, parts.length] as const;
      const [more] = sql.all(
        "SELECT 1 AS more FROM agents_mcp_tool_trust WHERE server_id = ? AND part >= ? LIMIT 1",
        ...rest,
      );
      if (more) sql.run("DELETE FROM agents_mcp_tool_trust WHERE server_id = ? AND part >= ?", ...rest);
      for (const [part, text] of parts.entries()) {
        sql.run("INSERT OR REPLACE INTO agents_mcp_tool_trust VALUES (?, ?, ?)", serverId, part, text);
      }
    },
    delete: clear,
  };
}
