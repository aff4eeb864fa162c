// The tagged template with which an agent's author reads and writes the database.
import type { SqlDatabase, SqlRow, SqlValue } from "./database.ts";
import { SqlError } from "./sql-error.ts";

/** What may stand in a placeholder. Booleans are stored as 1 and 0. */
export type SqlInput = SqlValue | boolean;

/** Run one statement; every `${value}` becomes a bound placeholder. Throws {@link SqlError}. */
export function runSqlTemplate<Row>(
  sql: SqlDatabase,
  strings: TemplateStringsArray,
  values: readonly SqlInput[],
): Row[] {
  const query = strings.join("?");
  try {
    const bindings = values.map((value) => (typeof value === "boolean" ? Number(value) : value));
    // The author names the row's shape; the database cannot know it.
    return [...sql.all<SqlRow>(query, ...bindings)] as Row[];
  } catch (error) {
    throw new SqlError(query, error);
  }
}
