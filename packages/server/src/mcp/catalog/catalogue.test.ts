import { expect, test } from "vitest";
import { createNodeDatabase } from "../../../test/node/node-database.ts";
import { CATALOGUE_TABLE, createCatalogueTable, LIST_REPORTS_TABLE } from "../storage/catalogue-table.ts";
import { createCatalogueStore } from "./catalogue.ts";
import { listProblem } from "./list-problem.ts";

function setUp() {
  const sql = createNodeDatabase();
  sql.run(CATALOGUE_TABLE);
  sql.run(LIST_REPORTS_TABLE);
  return { sql, open: (maxChars?: number) => createCatalogueStore(createCatalogueTable(sql), maxChars) };
}

const tool = (name: string, description = "") => ({ name, description, inputSchema: { type: "object" } });

test("what was listed is there after a wake, exactly as served", () => {
  const { open } = setUp();
  const odd = { ...tool("a"), _meta: { "vendor/x": [1, null] } };
  open().update("s", { tools: [odd], resources: [{ uri: "x:1", name: "r" }] });
  expect(open().of("s")).toEqual({
    tools: [odd],
    prompts: [],
    resources: [{ uri: "x:1", name: "r" }],
    resourceTemplates: [],
  });
});

test("a list larger than a row is kept whole", () => {
  const { open } = setUp();
  const large = Array.from({ length: 40 }, (_, index) => tool(`t${index}`, "é".repeat(50_000)));
  open().update("s", { tools: large });
  expect(open().of("s").tools).toEqual(large);
});

test("only a difference counts as a change, and only it is written", () => {
  const { open } = setUp();
  const store = open();
  expect(store.update("s", { tools: [tool("a")] })).toBe(true);
  expect(store.update("s", { tools: [tool("a")] })).toBe(false);
  expect(store.update("s", { prompts: [] })).toBe(false);
  expect(store.update("s", { tools: [] })).toBe(true);
  expect(open().of("s").tools).toEqual([]);
});

test("a shorter list leaves nothing of the longer one", () => {
  const { open, sql } = setUp();
  const store = open();
  store.update("s", { tools: [tool("long", "x".repeat(1_200_000))] });
  store.update("s", { tools: [tool("short")] });
  expect(open().of("s").tools).toEqual([tool("short")]);
  expect(sql.dump()).not.toContain("long");
});

test("one server's lists go without touching another's", () => {
  const { open } = setUp();
  const store = open();
  store.update("a", { tools: [tool("x")] });
  store.update("b", { tools: [tool("y")] });
  store.delete("a");
  expect(store.of("a").tools).toEqual([]);
  expect(open().of("b").tools).toHaveLength(1);
});

test("what a list lacks is there after a wake, and goes when the list is whole again", () => {
  const { open, sql } = setUp();
  const store = open();
  const report = { problems: [listProblem("list-endless")], freshUntil: 7 };
  expect(store.update("s", { tools: [tool("a")] }, { tools: report })).toBe(true);
  expect(open().reportsOf("s")).toEqual({ tools: report });
  expect(store.update("s", {}, { tools: { problems: [], freshUntil: null } })).toBe(true);
  expect(open().reportsOf("s")).toEqual({});
  expect(sql.all("SELECT * FROM agents_mcp_list_reports")).toEqual([]);
});

test("a list that could never be read is known to be so after a wake", () => {
  const { open } = setUp();
  const report = { problems: [listProblem("protocol-error")], freshUntil: 7 };
  open().update("s", {}, { prompts: report });
  expect(open().reportsOf("s")).toEqual({ prompts: report });
  expect(open().of("s").prompts).toEqual([]);
});

test("how long a list may be kept is stored, and is no news to anybody", () => {
  const { open } = setUp();
  const store = open();
  store.update("s", { tools: [tool("a")] });
  expect(store.update("s", { tools: [tool("a")] }, { tools: { problems: [], freshUntil: 9 } })).toBe(false);
  expect(open().reportsOf("s").tools?.freshUntil).toBe(9);
});

test("a damaged report costs what it says, not the list", () => {
  const { open, sql } = setUp();
  open().update("s", { tools: [tool("a")] }, { tools: { problems: [listProblem("timeout")], freshUntil: 9 } });
  sql.run("UPDATE agents_mcp_list_reports SET problems = '{'");
  expect(open().reportsOf("s")).toEqual({ tools: { problems: [], freshUntil: 9 } });
  expect(open().of("s").tools).toHaveLength(1);
});

test("what is stored counts against the room of all servers, also after a wake, until it is deleted", () => {
  const { open } = setUp();
  open().update("a", { tools: [tool("x", "x".repeat(100))] });
  const store = open(200);
  const reading = store.claim("b");
  expect(reading.take("tools", 100)).toBe(false);
  expect(store.claim("a").take("tools", 180)).toBe(true);
  const again = open(200);
  again.delete("a");
  expect(again.claim("b").take("tools", 200)).toBe(true);
});
