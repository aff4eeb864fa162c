// SqlDatabase over Node's own SQLite, so that the engine's tests run without workerd.
import { DatabaseSync } from "node:sqlite";
import type { SqlDatabase, SqlRow, SqlValue } from "../../src/sql/database.ts";

export interface NodeDatabase extends SqlDatabase {
  /** Every value of every row, for searching for what must not be there. */
  dump(): string;
}

export function createNodeDatabase(): NodeDatabase {
  const db = new DatabaseSync(":memory:");
  let depth = 0;

  const bind = (values: readonly SqlValue[]) =>
    values.map((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value));

  return {
    all<Row extends SqlRow>(query: string, ...bindings: readonly SqlValue[]): readonly Row[] {
      return db.prepare(query).all(...bind(bindings)) as unknown as Row[];
    },
    run(query, ...bindings) {
      if (bindings.length === 0) db.exec(query);
      else db.prepare(query).run(...bind(bindings));
    },
    transaction(work) {
      if (depth > 0) return work();
      depth += 1;
      db.exec("BEGIN");
      try {
        const result = work();
        db.exec("COMMIT");
        return result;
      } catch (error) {
        db.exec("ROLLBACK");
        throw error;
      } finally {
        depth -= 1;
      }
    },
    dump() {
      const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
      return JSON.stringify(tables.map(({ name }) => [name, db.prepare(`SELECT * FROM "${name}"`).all()]));
    },
  };
}
