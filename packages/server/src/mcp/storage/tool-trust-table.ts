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

/** As it is stored: most tools are what was accepted, and of those there is only the fingerprint. */
type StoredRecord = string | TrustRecord;

export function createToolTrustTable(sql: SqlDatabase): ToolTrustRows {
  /** What was read of all servers at once, and not asked for yet. */
  let texts: Map<string, string> | null = null;

  function load(): Map<string, string> {
    if (texts) return texts;
    texts = new Map();
    const rows = sql.all<{ server_id: string; tools: string }>(
      "SELECT server_id, tools FROM agents_mcp_tool_trust ORDER BY server_id, part",
    );
    for (const { server_id: id, tools } of rows) texts.set(id, (texts.get(id) ?? "") + tools);
    return texts;
  }

  return {
    read(serverId) {
      const text = load().get(serverId);
      if (text === undefined) return null;
      // As pairs: a tool may be called `__proto__`.
      const stored = JSON.parse(text) as readonly (readonly [string, StoredRecord])[];
      load().delete(serverId);
      return new Map(stored.map(([name, record]) => [name, fromStored(record)]));
    },
    // A record that says more than a fingerprint is an object.
    isPlain: (serverId) => load().get(serverId)?.includes("{") !== true,
    write(serverId, records) {
      const parts = textParts(JSON.stringify([...records].map(([name, record]) => [name, toStored(record)])));
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
    delete(serverId) {
      texts?.delete(serverId);
      sql.run("DELETE FROM agents_mcp_tool_trust WHERE server_id = ?", serverId);
    },
  };
}

function toStored(record: TrustRecord): StoredRecord {
  const { accepted, offered, before, policy } = record;
  const isPlain = accepted !== null && accepted === offered && before === undefined && policy === undefined;
  return isPlain ? accepted : record;
}

function fromStored(stored: StoredRecord): TrustRecord {
  return typeof stored === "string" ? { accepted: stored, offered: stored } : stored;
}
