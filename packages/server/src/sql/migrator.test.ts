import { expect, test } from "vitest";
import { createNodeDatabase } from "../../test/node/node-database.ts";
import { isMigrated, migrate, type Migration } from "./migrator.ts";

const ONE: Migration = { id: "one", up: "CREATE TABLE a (x); CREATE TABLE b (x)" };
const TWO: Migration = { id: "two", up: "ALTER TABLE a ADD COLUMN y" };
const columns = (db: ReturnType<typeof createNodeDatabase>) =>
  db.all<{ name: string }>("SELECT name FROM pragma_table_info('a')").map(({ name }) => name);

test("a fresh database gets every step", () => {
  const db = createNodeDatabase();
  expect(isMigrated(db, "part")).toBe(false);
  migrate(db, "part", [ONE, TWO]);
  expect(isMigrated(db, "part")).toBe(true);
  expect(isMigrated(db, "other")).toBe(false);
  expect(columns(db)).toEqual(["x", "y"]);
});

test("only the steps that are new run", () => {
  const db = createNodeDatabase();
  migrate(db, "part", [ONE]);
  db.run("INSERT INTO a (x) VALUES (?)", 7);
  migrate(db, "part", [ONE, TWO]);
  expect(db.all("SELECT x, y FROM a").map((row) => ({ ...row }))).toEqual([{ x: 7, y: null }]);
});

test("a current database is asked one question and told nothing", () => {
  const db = createNodeDatabase();
  migrate(db, "part", [ONE, TWO]);
  const asked: string[] = [];
  const watched = {
    ...db,
    all: ((query: string, ...bindings: string[]) => {
      asked.push(query);
      return db.all(query, ...bindings);
    }) as typeof db.all,
    run: (query: string) => void asked.push(query),
  };
  migrate(watched, "part", [ONE, TWO]);
  expect(asked).toHaveLength(1);
});

test("a step that fails leaves nothing behind", () => {
  const db = createNodeDatabase();
  migrate(db, "part", [ONE]);
  const broken: Migration = { id: "broken", up: "CREATE TABLE c (x); CREATE TABLE a (x)" };
  expect(() => migrate(db, "part", [ONE, broken])).toThrow();
  expect(db.all("SELECT name FROM sqlite_master WHERE name = 'c'")).toEqual([]);
  migrate(db, "part", [ONE, TWO]);
  expect(columns(db)).toEqual(["x", "y"]);
});

test("a version written by newer code is left alone", () => {
  const db = createNodeDatabase();
  migrate(db, "part", [ONE, TWO]);
  migrate(db, "part", [ONE]);
  migrate(db, "part", [ONE, TWO]);
  expect(columns(db)).toEqual(["x", "y"]);
});
