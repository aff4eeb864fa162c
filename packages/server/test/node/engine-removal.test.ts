// What is left of a server that was removed. A table that is added later is part of it without anybody thinking of it.
import { ECHO_TOOL } from "@agents-internal/testing";
import { expect, test } from "vitest";
import type { NodeDatabase } from "./node-database.ts";
import { failure, protectedServer, signIn } from "./mcp-scenes.ts";

const ADMIN_TOOL = { name: "wipe", inputSchema: { type: "object" as const }, requiredScopes: ["admin"] };

/** Of the object, not of a server: the key of an object without a configured one. */
const OF_NO_SERVER = ["agents_mcp_vault_local"];

function serverTables(sql: NodeDatabase): readonly string[] {
  return sql
    .all<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'agents_mcp_%' ORDER BY name",
    )
    .map(({ name }) => name)
    .filter((name) => !OF_NO_SERVER.includes(name));
}

const rowsOf = (sql: NodeDatabase, table: string, serverId: string) =>
  sql.all(`SELECT * FROM ${table} WHERE ${table === "agents_mcp_servers" ? "id" : "server_id"} = ?`, serverId);

/** A row that nobody can make sense of, as another version of this package may leave it. */
function addStrangeRow(sql: NodeDatabase, table: string, serverId: string): void {
  const columns = sql.all<{ name: string; type: string }>(`PRAGMA table_info(${table})`);
  const values = columns.map(({ name, type }) => {
    if (name === "server_id") return serverId;
    return type === "INTEGER" ? 1 : `strange ${name}`;
  });
  sql.run(`INSERT INTO ${table} VALUES (${columns.map(() => "?").join(", ")})`, ...values);
}

test("of a removed server no row is left in any table, and no alarm", async () => {
  const { host } = protectedServer({ tools: [ECHO_TOOL, ADMIN_TOOL], scopes: ["basic"] });
  const { sql } = host.ports;
  const { id } = await signIn(host);
  await failure(host.mcp.callTool({ serverId: id, name: "wipe" }));
  await host.browser.open(host.server().auth_url ?? "");
  const tables = serverTables(sql);
  expect(tables.length).toBeGreaterThan(10);
  for (const table of tables) if (rowsOf(sql, table, id).length === 0) addStrangeRow(sql, table, id);
  for (const table of tables) expect(rowsOf(sql, table, id), `in ${table}`).not.toEqual([]);

  await host.mcp.removeServer(id);
  for (const table of tables) expect(rowsOf(sql, table, id), `in ${table}`).toEqual([]);
  expect([...host.ports.due.keys()]).toEqual([]);
});
