// Answers a read that was made before from memory, until something is written to its tables.
import type { SqlDatabase, SqlRow, SqlValue } from "./database.ts";
import { tablesNamed } from "./tables-named.ts";

export interface RememberingDatabase extends SqlDatabase {
  /** Tables whose names begin so were made just now: there is nothing to be read from them before something is written. */
  assumeEmpty(prefix: string): void;
  /** How many transactions were undone so far: what somebody remembers by itself may never have been. */
  readonly undone: number;
}

/** Reads that are remembered; more than an object with a hundred servers asks for. */
const MAX_REMEMBERED = 2000;
/** Answers with a row also where there is none. */
const AGGREGATE = /\b(?:COUNT|MAX|MIN|SUM)\s*\(/;

type Answer = { readonly rows: readonly SqlRow[] } | { readonly error: unknown };

/**
 * One object is the only writer of its database, so what it read stays true until it writes. Statements have to come through here,
 * all that touch the same tables, and name them in full. Only answers of at most one row are kept: lists are their readers' own to
 * keep, in whatever form they need.
 */
export function rememberReads(sql: SqlDatabase): RememberingDatabase {
  const answers = new Map<string, Answer>();
  const keysOf = new Map<string, Set<string>>();
  let undone = 0;
  let emptyPrefix: string | null = null;
  const written = new Set<string>();

  const isEmpty = (table: string): boolean =>
    emptyPrefix !== null && table.startsWith(emptyPrefix) && !written.has(table);

  function forgetAll(): void {
    answers.clear();
    keysOf.clear();
  }

  function remember(key: string, tables: readonly string[], answer: Answer): void {
    if (answers.size >= MAX_REMEMBERED) forgetAll();
    answers.set(key, answer);
    for (const table of tables) {
      const keys = keysOf.get(table) ?? new Set();
      keysOf.set(table, keys.add(key));
    }
  }

  function changed(query: string): void {
    for (const table of tablesNamed(query)) {
      written.add(table);
      for (const key of keysOf.get(table) ?? []) answers.delete(key);
      keysOf.delete(table);
    }
  }

  function ask<Row extends SqlRow>(query: string, bindings: readonly SqlValue[]): readonly Row[] {
    const tables = tablesNamed(query);
    if (tables.length > 0 && tables.every(isEmpty) && !AGGREGATE.test(query)) return [];
    if (bindings.some((value) => value instanceof ArrayBuffer)) return sql.all<Row>(query, ...bindings);
    const key = JSON.stringify([query, ...bindings]);
    const known = answers.get(key);
    if (known && "error" in known) throw known.error;
    // The same query has rows of the same shape.
    if (known) return known.rows as readonly Row[];
    try {
      const rows = sql.all<Row>(query, ...bindings);
      if (rows.length <= 1) remember(key, tables, { rows });
      return rows;
    } catch (error) {
      // A table that is not there is not there until it is made.
      remember(key, tables, { error });
      throw error;
    }
  }

  return {
    get undone() {
      return undone;
    },
    all(query, ...bindings) {
      if (query.startsWith("SELECT") && tablesNamed(query).length > 0) return ask(query, bindings);
      changed(query);
      return sql.all(query, ...bindings);
    },
    run(query, ...bindings) {
      // A script names only some of what it makes known.
      if (query.startsWith("CREATE")) forgetAll();
      changed(query);
      sql.run(query, ...bindings);
    },
    transaction(work) {
      try {
        return sql.transaction(work);
      } catch (error) {
        // What was read on the way may never have been.
        forgetAll();
        undone += 1;
        throw error;
      }
    },
    assumeEmpty(prefix) {
      emptyPrefix = prefix;
      written.clear();
    },
  };
}
