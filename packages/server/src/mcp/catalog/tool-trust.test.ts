import type { Tool } from "@agents-internal/protocol";
import { expect, test } from "vitest";
import { createNodeDatabase } from "../../../test/node/node-database.ts";
import { createToolTrustTable, TOOL_TRUST_TABLE } from "../storage/tool-trust-table.ts";
import { fingerprint } from "./fingerprint.ts";
import type { ToolOptions } from "../options.ts";
import { createToolTrust } from "./tool-trust.ts";

const tool = (name: string, description = "", more: Partial<Tool> = {}): Tool => ({
  name,
  description,
  inputSchema: { type: "object" },
  ...more,
});

function setUp(options: ToolOptions = {}) {
  const sql = createNodeDatabase();
  sql.run(TOOL_TRUST_TABLE);
  let last: readonly Tool[] = [];
  const open = () => createToolTrust(createToolTrustTable(sql), () => options);
  let trust = open();
  return {
    sql,
    get trust() {
      return trust;
    },
    wake: () => void (trust = open()),
    async offer(...tools: readonly Tool[]) {
      trust.offered("s", await fingerprint(tools), last);
      last = tools;
    },
  };
}

test("what a server offers first is accepted with it", async () => {
  const scene = setUp({ changes: "hold" });
  await scene.offer(tool("a"), tool("b"));
  expect(scene.trust.changes("s")).toEqual([]);
  expect(scene.trust.verdict("s", "a")).toBe("allow");
});

test.each<[string, Tool]>([
  ["description", tool("a", "now deletes everything")],
  ["title", tool("a", "reads", { title: "Other" })],
  ["input schema", tool("a", "reads", { inputSchema: { type: "object", properties: { to: { type: "string" } } } })],
  ["output schema", tool("a", "reads", { outputSchema: { type: "object" } })],
  ["annotations", tool("a", "reads", { annotations: { readOnlyHint: true } })],
])("another %s is a change, with what it was before", async (_what, changed) => {
  const scene = setUp();
  await scene.offer(tool("a", "reads"));
  await scene.offer(changed);
  expect(scene.trust.changes("s")).toEqual([{ name: "a", change: "changed", held: false }]);
  expect(scene.trust.accepted("s", "a")).toEqual(tool("a", "reads"));
  expect(scene.trust.verdict("s", "a")).toBe("allow");
});

test.each<[string, Tool]>([
  ["the same fields in another order", { inputSchema: { type: "object" }, description: "reads", name: "a" }],
  ["another `_meta`", tool("a", "reads", { _meta: { served: 2 } })],
])("%s is no change", async (_what, same) => {
  const scene = setUp();
  await scene.offer(tool("a", "reads"));
  await scene.offer(same);
  expect(scene.trust.changes("s")).toEqual([]);
});

test("where changes are held, a changed and an added tool wait to be accepted, also after a wake", async () => {
  const scene = setUp({ changes: "hold" });
  await scene.offer(tool("a"), tool("b"));
  await scene.offer(tool("a", "other"), tool("b"), tool("c"));
  scene.wake();
  expect(scene.trust.changes("s")).toEqual([
    { name: "a", change: "changed", held: true },
    { name: "c", change: "added", held: true },
  ]);
  expect(["a", "b", "c"].map((name) => scene.trust.verdict("s", name))).toEqual(["held", "allow", "held"]);
  scene.trust.accept("s", ["c"]);
  expect(["a", "c"].map((name) => scene.trust.verdict("s", name))).toEqual(["held", "allow"]);
  scene.trust.accept("s");
  expect(scene.trust.changes("s")).toEqual([]);
});

test("a tool that changes back is as it was", async () => {
  const scene = setUp({ changes: "hold" });
  await scene.offer(tool("a"));
  await scene.offer(tool("a", "other"));
  await scene.offer(tool("a"));
  expect(scene.trust.verdict("s", "a")).toBe("allow");
  expect(scene.trust.accepted("s", "a")).toBe(null);
});

test("what was accepted is what is shown, however often a tool changes after it", async () => {
  const scene = setUp();
  for (const description of ["first", "second", "third"]) await scene.offer(tool("a", description));
  expect(scene.trust.accepted("s", "a")).toEqual(tool("a", "first"));
});

test("a tool that goes away and comes back as another is a change", async () => {
  const scene = setUp({ changes: "hold" });
  await scene.offer(tool("a"));
  await scene.offer();
  expect(scene.trust.changes("s")).toEqual([]);
  await scene.offer(tool("a", "other"));
  expect(scene.trust.verdict("s", "a")).toBe("held");
});

test("a server that offers nothing first has nothing accepted", async () => {
  const scene = setUp({ changes: "hold" });
  await scene.offer();
  await scene.offer(tool("late"));
  expect(scene.trust.verdict("s", "late")).toBe("held");
});

test("a policy stays with its tool over changes, absences and wakes, until it is taken back", async () => {
  const scene = setUp({ policy: "ask" });
  await scene.offer(tool("a"), tool("b"));
  scene.trust.setPolicy("s", "a", "deny");
  await scene.offer(tool("b"));
  await scene.offer(tool("a", "other"), tool("b"));
  scene.wake();
  expect(["a", "b"].map((name) => scene.trust.verdict("s", name))).toEqual(["deny", "ask"]);
  expect([...scene.trust.policies("s")]).toEqual([["a", "deny"]]);
  scene.trust.setPolicy("s", "a", null);
  expect(scene.trust.verdict("s", "a")).toBe("ask");
});

test("nothing is decided about a tool that nobody offers", async () => {
  const scene = setUp();
  expect(() => scene.trust.setPolicy("s", "a", "deny")).toThrow(expect.objectContaining({ code: "tool-not-found" }));
  await scene.offer(tool("a"));
  expect(() => scene.trust.setPolicy("s", "x", "deny")).toThrow(expect.objectContaining({ code: "tool-not-found" }));
});

test("tools named like what objects inherit are tools like any other", async () => {
  const scene = setUp({ changes: "hold" });
  await scene.offer(tool("__proto__"), tool("constructor"));
  await scene.offer(tool("__proto__", "other"), tool("constructor"));
  scene.wake();
  expect(["__proto__", "constructor", "toString"].map((name) => scene.trust.verdict("s", name))).toEqual([
    "held",
    "allow",
    "allow",
  ]);
});

test("ten thousand tools with long names are remembered", async () => {
  const scene = setUp({ changes: "hold" });
  const many = Array.from({ length: 10_000 }, (_, index) => tool(`${"n".repeat(200)}${index}`));
  await scene.offer(...many);
  await scene.offer(...many.slice(1), tool(many[0]?.name ?? "", "other"));
  scene.wake();
  expect(scene.trust.changes("s")).toHaveLength(1);
});

test("nothing is written where nothing changed", async () => {
  const scene = setUp();
  await scene.offer(tool("a"));
  const { trust } = scene;
  scene.sql.run("DELETE FROM agents_mcp_tool_trust");
  await scene.offer(tool("a"));
  expect(trust.verdict("s", "a")).toBe("allow");
  expect(scene.sql.all("SELECT * FROM agents_mcp_tool_trust")).toEqual([]);
});

test("all servers' records are read at once, and of a tool that is as accepted there is only its fingerprint", async () => {
  const { sql, offer, ...scene } = setUp();
  await offer(tool("a"), tool("b"));
  scene.wake();
  let reads = 0;
  const table = createToolTrustTable({
    ...sql,
    all: (query, ...bindings) => {
      reads += 1;
      return sql.all(query, ...bindings);
    },
  });
  const [accepted] = [...(table.read("s") ?? new Map()).values()];
  expect(accepted).toEqual({ accepted: expect.any(String), offered: accepted.accepted });
  expect(table.read("other")).toBeNull();
  expect(reads).toBe(1);
  const [row] = sql.all<{ tools: string }>("SELECT tools FROM agents_mcp_tool_trust");
  expect(JSON.parse(row?.tools ?? "[]")).toEqual([
    ["a", expect.any(String)],
    ["b", expect.any(String)],
  ]);
});

test("a row of which all was written out is read, too", () => {
  const { sql } = setUp();
  const record = { accepted: "x", offered: "y", policy: "ask" };
  sql.run("INSERT INTO agents_mcp_tool_trust VALUES ('s', 0, ?)", JSON.stringify([["a", record]]));
  expect(createToolTrustTable(sql).read("s")?.get("a")).toEqual(record);
});

test("a row that cannot be read is never taken for one that is not there", () => {
  const { sql } = setUp();
  sql.run("INSERT INTO agents_mcp_tool_trust VALUES ('s', 0, 'no JSON')");
  const table = createToolTrustTable(sql);
  expect(() => table.read("s")).toThrow();
  expect(() => table.read("s")).toThrow();
});
