import { expect, test } from "vitest";
import { createNodeDatabase } from "../../test/node/node-database.ts";
import { type LazyPart, withLazyParts } from "./lazy-parts.ts";
import { isMigrated, migrate } from "./migrator.ts";

const RARE: LazyPart = {
  scope: "rare",
  tables: ["agents_rare"],
  migrations: [{ id: "rare-0001", up: "CREATE TABLE IF NOT EXISTS agents_rare (id TEXT)" }],
};

function setUp() {
  const db = createNodeDatabase();
  migrate(db, "core", [{ id: "core-0001", up: "CREATE TABLE agents_core (id TEXT)" }]);
  const tables = () =>
    db.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").map(({ name }) => name);
  const ids = (sql = open()) => sql.all<{ id: string }>("SELECT id FROM agents_rare").map(({ id }) => id);
  const open = () => withLazyParts(db, [RARE]);
  return { db, open, tables, ids };
}

test("what is not there is empty, can be deleted from, and is not made for that", () => {
  const { open, tables, ids } = setUp();
  const sql = open();
  expect(ids(sql)).toEqual([]);
  sql.run("DELETE FROM agents_rare");
  sql.run("UPDATE agents_rare SET id = 'x'");
  expect(tables()).not.toContain("agents_rare");
});

test("the first row makes it, and another life finds it", () => {
  const { db, open, ids } = setUp();
  const sql = open();
  ids(sql);
  sql.run("INSERT INTO agents_rare VALUES (?)", "x");
  expect(ids(sql)).toEqual(["x"]);
  expect(ids()).toEqual(["x"]);
  expect(isMigrated(db, "rare")).toBe(true);
});

test("a transaction that is undone takes the part with it", () => {
  const { open, ids, tables } = setUp();
  const sql = open();
  const undone = () =>
    sql.transaction(() => {
      sql.run("INSERT INTO agents_rare VALUES ('x')");
      throw new Error("no");
    });
  expect(undone).toThrow("no");
  expect(tables()).not.toContain("agents_rare");
  expect(ids(sql)).toEqual([]);
  sql.run("INSERT INTO agents_rare VALUES ('y')");
  expect(ids(sql)).toEqual(["y"]);
});

test("a part that is there is brought up to date before it is used", () => {
  const { db, open } = setUp();
  open().run("INSERT INTO agents_rare VALUES ('x')");
  const up = "ALTER TABLE agents_rare ADD COLUMN more TEXT";
  const newer = { ...RARE, migrations: [...RARE.migrations, { id: "rare-0002", up }] };
  const rows = withLazyParts(db, [newer]).all("SELECT more FROM agents_rare");
  expect(rows.map((row) => ({ ...row }))).toEqual([{ more: null }]);
});

test("before there is any table at all, everything is empty", () => {
  const db = createNodeDatabase();
  expect(withLazyParts(db, [RARE]).all("SELECT id FROM agents_rare")).toEqual([]);
});
