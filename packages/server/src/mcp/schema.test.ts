import { expect, test } from "vitest";
import { createNodeDatabase } from "../../test/node/node-database.ts";
import { createMcpTables, hasMcpTables, openMcpDatabase } from "./schema.ts";

type Sql = ReturnType<typeof createNodeDatabase>;

/** What each table is like, whatever step made it. */
const columns = (sql: Sql) =>
  sql
    .all<{ tab: string; col: string; type: string; pk: number }>(
      `SELECT m.name AS tab, c.name AS col, c.type AS type, c.pk AS pk FROM sqlite_master m, pragma_table_info(m.name) c
       WHERE m.type = 'table' ORDER BY m.name, c.name`,
    )
    .map(({ tab, col, type, pk }) => `${tab}.${col} ${type} ${pk}`);
const names = (sql: Sql) => [...new Set(columns(sql).map((column) => column.split(".")[0]))];

const RARE_ROWS = {
  agents_mcp_vault_keys: "('s', 'r', 'k', 'w')",
  agents_mcp_oauth_callbacks: "('s', 'https://app.example/callback')",
  agents_mcp_interests: "('s', 'resource', 'file:///a')",
};

test("a new object has the tables that every object with a server needs, and no others", () => {
  const sql = createNodeDatabase();
  createMcpTables(openMcpDatabase(sql));
  expect(names(sql)).toEqual([
    "agents_mcp_catalogue",
    "agents_mcp_list_reports",
    "agents_mcp_servers",
    "agents_mcp_timeline",
    "agents_mcp_tool_trust",
    "agents_meta",
  ]);
  expect(hasMcpTables(sql)).toBe(true);
});

test("once all of them were written to, it is what an object is that went through every step", () => {
  const before = createNodeDatabase();
  createMcpTables(before);
  const sql = createNodeDatabase();
  const opened = openMcpDatabase(sql);
  createMcpTables(opened);
  for (const table of names(before)) {
    if (names(sql).includes(table)) continue;
    const width = before.all(`SELECT name FROM pragma_table_info('${table}')`).length;
    const nothing = Array.from({ length: width }, () => "NULL").join(", ");
    // Made before it is found that nothing can be stored there.
    expect(() => opened.run(`INSERT OR FAIL INTO ${table} VALUES (${nothing}, 'one too many')`)).toThrow();
  }
  expect(columns(sql)).toEqual(columns(before));
});

test("what an object stored that has all tables since its first server is read as before", () => {
  const sql = createNodeDatabase();
  createMcpTables(sql);
  for (const [table, row] of Object.entries(RARE_ROWS)) sql.run(`INSERT INTO ${table} VALUES ${row}`);
  const opened = openMcpDatabase(sql);
  createMcpTables(opened);
  for (const table of Object.keys(RARE_ROWS)) expect(opened.all(`SELECT * FROM ${table}`)).toHaveLength(1);
});

test("an object that has them from before they could be left out keeps what lies in them", () => {
  const sql = createNodeDatabase();
  createMcpTables(sql);
  sql.run("UPDATE agents_meta SET value = 'mcp-0008' WHERE key = 'schema:mcp'");
  sql.run("DELETE FROM agents_meta WHERE key <> 'schema:mcp'");
  for (const [table, row] of Object.entries(RARE_ROWS)) sql.run(`INSERT INTO ${table} VALUES ${row}`);
  const opened = openMcpDatabase(sql);
  const rows = () => Object.keys(RARE_ROWS).map((table) => opened.all(`SELECT * FROM ${table}`).length);
  // A callback may be the first that is asked about.
  expect(rows()).toEqual([1, 1, 1]);
  createMcpTables(opened);
  expect(rows()).toEqual([1, 1, 1]);
});
