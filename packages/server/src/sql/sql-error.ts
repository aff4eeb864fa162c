// What the `sql` template throws.

/** A statement failed. `query` is its text with `?` in place of values; the values are in neither field. */
export class SqlError extends Error {
  override readonly name = "SqlError";
  readonly query: string;

  constructor(query: string, cause: unknown) {
    super(`SQL query failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.query = query;
  }
}
