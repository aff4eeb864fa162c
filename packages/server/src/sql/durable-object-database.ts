// SqlDatabase over a Durable Object's own storage.
import type { SqlDatabase, SqlRow, SqlValue } from "./database.ts";

/** `ctx.storage` of an object whose class uses SQLite. */
export function createDurableObjectDatabase(storage: DurableObjectStorage): SqlDatabase {
  let depth = 0;
  return {
    all<Row extends SqlRow>(query: string, ...bindings: readonly SqlValue[]): readonly Row[] {
      return storage.sql.exec<Row>(query, ...bindings).toArray();
    },
    run(query, ...bindings) {
      storage.sql.exec(query, ...bindings);
    },
    transaction(work) {
      if (depth > 0) return work();
      depth += 1;
      try {
        return storage.transactionSync(work);
      } finally {
        depth -= 1;
      }
    },
  };
}
