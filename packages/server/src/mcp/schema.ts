// The tables of the MCP engine, made when the first server is added and not before.
import type { SqlDatabase } from "../sql/database.ts";
import { type LazyPart, withLazyParts } from "../sql/lazy-parts.ts";
import { isMigrated, markAs, migrate, type Migration } from "../sql/migrator.ts";
import { type RememberingDatabase, rememberReads } from "../sql/remembered-reads.ts";
import { OAUTH_FLOW_TOOLS, OAUTH_TABLES } from "./oauth/oauth-tables.ts";
import { CALLS_TABLE } from "./storage/calls-table.ts";
import { CATALOGUE_TABLE, LIST_REPORTS_TABLE } from "./storage/catalogue-table.ts";
import { ELICITATIONS_TABLE } from "./storage/elicitations-table.ts";
import { INTERESTS_TABLE } from "./storage/interests-table.ts";
import { SERVERS_TABLE } from "./storage/servers-table.ts";
import { TIMELINE_TABLE } from "./storage/timeline-table.ts";
import { TOOL_TRUST_TABLE } from "./storage/tool-trust-table.ts";
import { VAULT_TABLES } from "./storage/vault-tables.ts";

const rare = (scope: string, up: string): LazyPart => ({
  scope,
  tables: [...up.matchAll(/CREATE TABLE IF NOT EXISTS (\w+)/g)].map(([, table = ""]) => table),
  migrations: [{ id: `${scope}-0001`, up }],
});

/** What only some need: secrets, sign-ins, calls that last, questions, things to hear of. Further steps go to the end of each list. */
const RARE: readonly LazyPart[] = [
  rare("mcp-vault", VAULT_TABLES),
  rare("mcp-oauth", `${OAUTH_TABLES};\n${OAUTH_FLOW_TOOLS}`),
  rare("mcp-calls", CALLS_TABLE),
  rare("mcp-elicitations", ELICITATIONS_TABLE),
  rare("mcp-interests", INTERESTS_TABLE),
];

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
  { id: "mcp-0009", up: RARE.map(({ scope }) => markAs(scope, `${scope}-0001`)).join(";\n") },
];

/** What every object with a server needs. */
const CORE = [SERVERS_TABLE, CATALOGUE_TABLE, TIMELINE_TABLE, LIST_REPORTS_TABLE, TOOL_TRUST_TABLE].join(";\n");

/** One read; creates nothing. */
export function hasMcpTables(sql: SqlDatabase): boolean {
  return isMigrated(sql, "mcp");
}

/** The database as the engine uses it: asked once for what it was asked before, and without tables that nothing was written to. */
export function openMcpDatabase(sql: SqlDatabase): RememberingDatabase {
  return rememberReads(withLazyParts(sql, RARE, hadAll));
}

/** Of the first eight steps every one made its tables in every object. */
function hadAll(versions: ReadonlyMap<string, string>): boolean {
  const version = versions.get("mcp");
  return MCP_MIGRATIONS.slice(0, 8).some(({ id }) => id === version);
}

/** In a database that was not opened as above: all tables at once. */
export function createMcpTables(sql: SqlDatabase | RememberingDatabase): void {
  const isLazy = "assumeEmpty" in sql;
  const isNew = migrate(sql, "mcp", MCP_MIGRATIONS, isLazy ? CORE : undefined);
  if (isNew && isLazy) sql.assumeEmpty("agents_mcp_");
}
