// Brings the tables of one part of the system up to date.
import type { SqlDatabase } from "./database.ts";

/** One step of a schema. Append-only: a step that has shipped is never changed, only followed by another. */
export interface Migration {
  /** Unique within its list, letters, digits and dashes. */
  readonly id: string;
  /** One or more statements, separated by semicolons, without placeholders. */
  readonly up: string;
}

/** Where each part's version stands. */
const META_TABLE = "CREATE TABLE IF NOT EXISTS agents_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID";

/** Does this database hold tables of `scope`? One read, and nothing is created. */
export function isMigrated(sql: SqlDatabase, scope: string): boolean {
  return readVersion(sql, scope) !== null;
}

/**
 * Run the steps of `scope` that this database has not seen.
 *
 * Costs one read when there are none. All steps succeed together or none does. A version this code does not know
 * (written by newer code that was rolled back) is left alone. Returns whether there was none of its tables before.
 *
 * `whole`: what a database that has seen none of them is given in the place of all steps.
 */
export function migrate(sql: SqlDatabase, scope: string, migrations: readonly Migration[], whole?: string): boolean {
  const version = readVersion(sql, scope);
  const done = version === null ? -1 : migrations.findIndex(({ id }) => id === version);
  if (version !== null && done === -1) return false;
  const pending = migrations.slice(done + 1);
  const last = pending.at(-1);
  if (last === undefined) return false;
  runSteps(sql, scope, version === null && whole !== undefined ? [whole] : pending.map(({ up }) => up), last.id);
  return version === null;
}

/** The same for a scope of which this database is known to hold nothing. */
export function makeTables(sql: SqlDatabase, scope: string, migrations: readonly Migration[]): void {
  const scripts = migrations.map(({ up }) => up);
  const last = migrations.at(-1);
  if (last !== undefined) runSteps(sql, scope, scripts, last.id);
}

function runSteps(sql: SqlDatabase, scope: string, scripts: readonly string[], lastId: string): void {
  const steps = [META_TABLE, ...scripts, markAs(scope, lastId)];
  sql.transaction(() => sql.run(steps.join(";\n")));
}

/** The statement after which `scope` stands at the step `id`. Both are letters, digits and dashes. */
export function markAs(scope: string, id: string): string {
  return `INSERT OR REPLACE INTO agents_meta (key, value) VALUES ('${versionKey(scope)}', '${id}')`;
}

/** What the database holds tables of, and the step each stands at. One read. */
export function versionsOf(sql: SqlDatabase): ReadonlyMap<string, string> {
  try {
    const rows = sql.all<{ key: string; value: string }>("SELECT key, value FROM agents_meta");
    const ours = rows.filter(({ key }) => key.startsWith(PREFIX));
    return new Map(ours.map(({ key, value }) => [key.slice(PREFIX.length), value]));
  } catch {
    // As with a version.
    return new Map();
  }
}

const PREFIX = "schema:";

function versionKey(scope: string): string {
  return `${PREFIX}${scope}`;
}

function readVersion(sql: SqlDatabase, scope: string): string | null {
  try {
    const [row] = sql.all<{ value: string }>("SELECT value FROM agents_meta WHERE key = ?", versionKey(scope));
    return row?.value ?? null;
  } catch {
    // Most likely the table is not there yet. Anything worse fails again, and is thrown, when tables are made.
    return null;
  }
}
