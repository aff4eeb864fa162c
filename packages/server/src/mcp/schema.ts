// The tables of the MCP engine, made when the first server is added and not before.
import type { SqlDatabase } from "../sql/database.ts";
import type { RememberingDatabase } from "../sql/remembered-reads.ts";
import { isMigrated, migrate, type Migration } from "../sql/migrator.ts";
import { OAUTH_FLOW_TOOLS, OAUTH_TABLES } from "./oauth/oauth-tables.ts";
import { CALLS_TABLE } from "./storage/calls-table.ts";
import { CATALOGUE_TABLE, LIST_REPORTS_TABLE } from "./storage/catalogue-table.ts";
import { ELICITATIONS_TABLE } from "./storage/elicitations-table.ts";
import { INTERESTS_TABLE } from "./storage/interests-table.ts";
import { SERVERS_TABLE } from "./storage/servers-table.ts";
import { TIMELINE_TABLE } from "./storage/timeline-table.ts";
import { TOOL_TRUST_TABLE } from "./storage/tool-trust-table.ts";
import { VAULT_TABLES } from "./storage/vault-tables.ts";

/** Append-only: a migration that has run anywhere is never edited. */
const MCP_MIGRATIONS: readonly Migration[] = [
  { id: "mcp-0001", up: [SERVERS_TABLE, CATALOGUE_TABLE, VAULT_TABLES, OAUTH_TABLES].join(";\n") },
  { id: "mcp-0002", up: INTERESTS_TABLE },
  { id: "mcp-0003", up: TIMELINE_TABLE },
  { id: "mcp-0004", up: CALLS_TABLE },
  { id: "mcp-0005", up: LIST_REPORTS_TABLE },
  { id: "mcp-0006", up: ELICITATIONS_TABLE },
  { id: "mcp-0007", up: OAUTH_FLOW_TOOLS },
  { id: "mcp-0008", up: TOOL_TRUST_TABLE },
];

/** One read; creates nothing. */
export function hasMcpTables(sql: SqlDatabase): boolean {
  return isMigrated(sql, "mcp");
}

export function createMcpTables(sql: SqlDatabase | RememberingDatabase): void {
  const isNew = migrate(sql, "mcp", MCP_MIGRATIONS);
  if (isNew && "assumeEmpty" in sql) sql.assumeEmpty("agents_mcp_");
}
