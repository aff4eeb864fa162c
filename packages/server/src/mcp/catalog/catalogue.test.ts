import { expect, test } from "vitest";
import { createNodeDatabase } from "../../../test/node/node-database.ts";
import { CATALOGUE_TABLE, createCatalogueTable } from "../storage/catalogue-table.ts";
import { createCatalogueStore } from "./catalogue.ts";

function setUp() {
  const sql = createNodeDatabase();
  sql.run(CATALOGUE_TABLE);
  return { sql, open: () => createCatalogueStore(createCatalogueTable(sql)) };
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
