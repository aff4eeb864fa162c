// The one shape through which everything here talks to SQLite.

/** A value SQLite stores. Times are integers in ms since the epoch. */
export type SqlValue = string | number | null | ArrayBuffer;

export type SqlRow = Record<string, SqlValue>;

/**
 * Synchronous access to the object's database.
 *
 * In a Durable Object it stands over `ctx.storage.sql`; in tests over Node's own SQLite.
 */
export interface SqlDatabase {
  /** Run one statement with `?` placeholders and read every row. */
  all<Row extends SqlRow>(query: string, ...bindings: readonly SqlValue[]): readonly Row[];
  /** Run one statement for its effect. */
  run(query: string, ...bindings: readonly SqlValue[]): void;
  /** Everything `work` writes is kept, or, when it throws, nothing is. May be nested; the outermost call decides. */
  transaction<T>(work: () => T): T;
}
