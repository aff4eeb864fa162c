import { expect, test } from "vitest";
import { createNodeDatabase } from "../../test/node/node-database.ts";
import type { SqlDatabase } from "./database.ts";
import { rememberReads } from "./remembered-reads.ts";

function setUp() {
  const db = createNodeDatabase();
  let asked = 0;
  const counted: SqlDatabase = {
    ...db,
    all: (query, ...bindings) => {
      asked += 1;
      return db.all(query, ...bindings);
    },
  };
  const sql = rememberReads(counted);
  sql.run("CREATE TABLE agents_a (id TEXT, value TEXT); CREATE TABLE agents_b (id TEXT)");
  const values = (id: string) =>
    sql.all<{ value: string }>("SELECT value FROM agents_a WHERE id = ?", id).map(({ value }) => value);
  const put = (id: string, value: string) => sql.run("INSERT INTO agents_a VALUES (?, ?)", id, value);
  return { db, sql, values, put, asked: () => asked };
}

test("the same question is asked once, until its table is written to", () => {
  const { sql, values, put, asked } = setUp();
  put("x", "1");
  for (let times = 0; times < 3; times += 1) expect(values("x")).toEqual(["1"]);
  expect(asked()).toBe(1);
  sql.run("INSERT INTO agents_b VALUES ('x')");
  values("x");
  expect(asked()).toBe(1);
  sql.run("UPDATE agents_a SET value = '2' WHERE id = 'x'");
  expect(values("x")).toEqual(["2"]);
});

test("a statement that writes and returns is a write", () => {
  const { sql, values, put } = setUp();
  put("x", "1");
  values("x");
  expect(sql.all("UPDATE agents_a SET value = '2' RETURNING id")).toHaveLength(1);
  expect(values("x")).toEqual(["2"]);
});

test("that there is nothing is remembered, too, and so is that there is no table", () => {
  const { sql, values, asked } = setUp();
  expect([values("x"), values("x")]).toEqual([[], []]);
  expect(asked()).toBe(1);
  const missing = () => sql.all("SELECT id FROM agents_c");
  expect(missing).toThrow();
  expect(missing).toThrow();
  expect(asked()).toBe(2);
  sql.run("CREATE TABLE agents_c (id TEXT)");
  expect(missing()).toEqual([]);
});

test("what was read in a transaction that was undone is read again", () => {
  const { sql, values, put } = setUp();
  put("x", "1");
  const undone = () =>
    sql.transaction(() => {
      sql.run("UPDATE agents_a SET value = '2'");
      expect(values("x")).toEqual(["2"]);
      throw new Error("no");
    });
  expect(undone).toThrow("no");
  expect(values("x")).toEqual(["1"]);
});

test("lists are not kept, and questions of different values are different questions", () => {
  const { values, put, asked } = setUp();
  put("x", "1");
  put("x", "2");
  put("y", "3");
  expect([values("x"), values("x"), values("y"), values("y")]).toEqual([["1", "2"], ["1", "2"], ["3"], ["3"]]);
  expect(asked()).toBe(3);
});

test("tables that were made just now are not asked before they are written to", () => {
  const { db, sql, values, put, asked } = setUp();
  sql.assumeEmpty("agents_");
  expect(values("x")).toEqual([]);
  expect(sql.all("SELECT MAX(id) AS last FROM agents_a").map((row) => ({ ...row }))).toEqual([{ last: null }]);
  expect(asked()).toBe(1);
  put("x", "1");
  expect(values("x")).toEqual(["1"]);
  expect(sql.all("SELECT id FROM agents_b")).toEqual([]);
  expect(asked()).toBe(2);
  expect(db.all("SELECT id FROM agents_a")).toHaveLength(1);
});

test("foreign tables are always asked", () => {
  const { sql, asked } = setUp();
  sql.run("CREATE TABLE cf_agents_x (id TEXT)");
  sql.assumeEmpty("agents_");
  for (let times = 0; times < 2; times += 1) sql.all("SELECT id FROM cf_agents_x");
  expect(asked()).toBe(2);
});
