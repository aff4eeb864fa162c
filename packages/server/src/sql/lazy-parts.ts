// Parts of a schema that most objects never need: made with the first row that is written to one of their tables.
import type { SqlDatabase, SqlRow, SqlValue } from "./database.ts";
import { makeTables, migrate, type Migration, versionsOf } from "./migrator.ts";
import { tablesNamed } from "./tables-named.ts";

export interface LazyPart {
  readonly scope: string;
  readonly tables: readonly string[];
  readonly migrations: readonly Migration[];
}

const WRITES = /^(?:INSERT|REPLACE)\b/;

/**
 * Until a part is made its tables are read as empty, and there is nothing in them to change or delete. Which parts there are is one
 * read in an object's life. Definitions pass through as they are.
 *
 * `hadAll`: by its versions the database is from a time when all parts were made at once, and were not written down.
 */
export function withLazyParts(
  sql: SqlDatabase,
  parts: readonly LazyPart[],
  hadAll: (versions: ReadonlyMap<string, string>) => boolean = () => false,
): SqlDatabase {
  const partOf = new Map(parts.flatMap((part) => part.tables.map((table) => [table, part] as const)));
  let made: Set<LazyPart> | null = null;

  function madeParts(): Set<LazyPart> {
    if (made) return made;
    const versions = versionsOf(sql);
    if (hadAll(versions)) return (made = new Set(parts));
    made = new Set(parts.filter(({ scope }) => versions.has(scope)));
    for (const { scope, migrations } of made) {
      if (versions.get(scope) !== migrations.at(-1)?.id) migrate(sql, scope, migrations);
    }
    return made;
  }

  /** Whether there is anything that the statement could touch; makes what it is about to fill. */
  function isThere(query: string): boolean {
    for (const table of tablesNamed(query)) {
      const part = partOf.get(table);
      if (part === undefined || madeParts().has(part)) continue;
      if (!WRITES.test(query)) return false;
      makeTables(sql, part.scope, part.migrations);
      made?.add(part);
    }
    return true;
  }

  const isDefinition = (query: string): boolean => query.startsWith("CREATE");

  return {
    all<Row extends SqlRow>(query: string, ...bindings: readonly SqlValue[]): readonly Row[] {
      return !isDefinition(query) && !isThere(query) ? [] : sql.all<Row>(query, ...bindings);
    },
    run(query, ...bindings) {
      if (isDefinition(query)) made = null;
      else if (!isThere(query)) return;
      sql.run(query, ...bindings);
    },
    transaction(work) {
      try {
        return sql.transaction(work);
      } catch (error) {
        // What was made on the way may be gone.
        made = null;
        throw error;
      }
    },
  };
}
