// What each server offers, as it said it, in rows small enough for the database.
import type { McpListProblem } from "@agents-internal/protocol";
import type { SqlDatabase } from "../../sql/database.ts";
import type { ListReport, ListReports } from "../lists.ts";
import type { CatalogueKind } from "../session/session.ts";
import { textParts } from "./text-parts.ts";

export const CATALOGUE_TABLE = `CREATE TABLE IF NOT EXISTS agents_mcp_catalogue (
  server_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  part INTEGER NOT NULL,
  items TEXT NOT NULL,
  PRIMARY KEY (server_id, kind, part)
) WITHOUT ROWID`;

/** `problems` is JSON; `fresh_until` in ms since the epoch. A list of which there is nothing to say has no row. */
export const LIST_REPORTS_TABLE = `CREATE TABLE IF NOT EXISTS agents_mcp_list_reports (
  server_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  problems TEXT NOT NULL,
  fresh_until INTEGER,
  PRIMARY KEY (server_id, kind)
) WITHOUT ROWID`;

interface Row extends Record<string, string | number | null> {
  server_id: string;
  kind: string;
  part: number;
  items: string;
  is_json: number;
}

interface ReportRow extends Record<string, string | number | null> {
  server_id: string;
  kind: string;
  problems: string;
  fresh_until: number | null;
}

export function createCatalogueTable(sql: SqlDatabase) {
  return {
    /**
     * The JSON text of each stored list: server id → kind → text. One that cannot be read counts as one that was never read: the next
     * reading of the server writes it anew.
     */
    all(): ReadonlyMap<string, ReadonlyMap<CatalogueKind, string>> {
      const servers = new Map<string, Map<CatalogueKind, string>>();
      const doubtful = new Set<string>();
      // The database says faster than a parser here whether a text is JSON, and makes no objects of it.
      const rows = sql.all<Row>(
        "SELECT *, json_valid(items) AS is_json FROM agents_mcp_catalogue ORDER BY server_id, kind, part",
      );
      for (const { server_id: id, kind: name, part, items, is_json: isJson } of rows) {
        const lists = servers.get(id) ?? new Map<CatalogueKind, string>();
        servers.set(id, lists);
        const kind = name as CatalogueKind;
        lists.set(kind, (lists.get(kind) ?? "") + items);
        // Of a list in several rows none is JSON by itself.
        if (part > 0 || isJson === 0 || !items.startsWith("[")) doubtful.add(`${kind} ${id}`);
      }
      for (const [id, lists] of servers) {
        for (const [kind, text] of lists) {
          if (doubtful.has(`${kind} ${id}`) && !isList(text)) lists.delete(kind);
        }
      }
      return servers;
    },
    replace(serverId: string, kind: CatalogueKind, text: string): void {
      const parts = textParts(text);
      const rest = "FROM agents_mcp_catalogue WHERE server_id = ? AND kind = ? AND part >= ?";
      const [more] = sql.all(`SELECT 1 AS more ${rest} LIMIT 1`, serverId, kind, parts.length);
      if (more) sql.run(`DELETE ${rest}`, serverId, kind, parts.length);
      for (const [part, items] of parts.entries()) {
        sql.run("INSERT OR REPLACE INTO agents_mcp_catalogue VALUES (?, ?, ?, ?)", serverId, kind, part, items);
      }
    },
    deleteServer(serverId: string): void {
      sql.run("DELETE FROM agents_mcp_catalogue WHERE server_id = ?", serverId);
      sql.run("DELETE FROM agents_mcp_list_reports WHERE server_id = ?", serverId);
    },
    /** What is known of lists besides their items: server id → kind → report. */
    reports(): ReadonlyMap<string, ListReports> {
      const servers = new Map<string, Partial<Record<CatalogueKind, ListReport>>>();
      for (const row of sql.all<ReportRow>("SELECT * FROM agents_mcp_list_reports")) {
        const reports = servers.get(row.server_id) ?? {};
        servers.set(row.server_id, reports);
        reports[row.kind as CatalogueKind] = { problems: readProblems(row.problems), freshUntil: row.fresh_until };
      }
      return servers;
    },
    /** `null`: there is nothing to say about the list. */
    putReport(serverId: string, kind: CatalogueKind, report: ListReport | null): void {
      if (report === null) {
        sql.run("DELETE FROM agents_mcp_list_reports WHERE server_id = ? AND kind = ?", serverId, kind);
        return;
      }
      sql.run(
        "INSERT OR REPLACE INTO agents_mcp_list_reports VALUES (?, ?, ?, ?)",
        serverId,
        kind,
        JSON.stringify(report.problems),
        report.freshUntil,
      );
    },
  };
}

function isList(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

/** Written above and nowhere else; a row that is damaged costs what it says, not the server. */
function readProblems(text: string): readonly McpListProblem[] {
  try {
    return JSON.parse(text) as readonly McpListProblem[];
  } catch {
    return [];
  }
}
