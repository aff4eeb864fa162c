// What each server offers, as it said it, in rows small enough for the database.
import type { SqlDatabase } from "../../sql/database.ts";
import type { CatalogueKind } from "../session/session.ts";

export const CATALOGUE_TABLE = `CREATE TABLE IF NOT EXISTS agents_mcp_catalogue (
  server_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  part INTEGER NOT NULL,
  items TEXT NOT NULL,
  PRIMARY KEY (server_id, kind, part)
) WITHOUT ROWID`;

/** UTF-16 code units a row; a row may hold 2 MB, and a character is at most 3 bytes. */
const PART_SIZE = 500_000;

interface Row extends Record<string, string | number | null> {
  server_id: string;
  kind: string;
  part: number;
  items: string;
}

export function createCatalogueTable(sql: SqlDatabase) {
  return {
    /** The JSON text of each stored list: server id → kind → text. */
    all(): ReadonlyMap<string, ReadonlyMap<CatalogueKind, string>> {
      const servers = new Map<string, Map<CatalogueKind, string>>();
      for (const row of sql.all<Row>("SELECT * FROM agents_mcp_catalogue ORDER BY server_id, kind, part")) {
        const lists = servers.get(row.server_id) ?? new Map<CatalogueKind, string>();
        servers.set(row.server_id, lists);
        const kind = row.kind as CatalogueKind;
        lists.set(kind, (lists.get(kind) ?? "") + row.items);
      }
      return servers;
    },
    replace(serverId: string, kind: CatalogueKind, text: string): void {
      sql.run("DELETE FROM agents_mcp_catalogue WHERE server_id = ? AND kind = ?", serverId, kind);
      for (let part = 0, start = 0; start < text.length; part += 1) {
        const end = partEnd(text, start);
        sql.run("INSERT INTO agents_mcp_catalogue VALUES (?, ?, ?, ?)", serverId, kind, part, text.slice(start, end));
        start = end;
      }
    },
    deleteServer: (serverId: string): void => sql.run("DELETE FROM agents_mcp_catalogue WHERE server_id = ?", serverId),
  };
}

/** Not between the two halves of a character: half of one is not text that a database keeps. */
function partEnd(text: string, start: number): number {
  const end = start + PART_SIZE;
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}
