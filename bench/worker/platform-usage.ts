// Counts what an object asks of the platform that is billed: rows, and alarms that ran.

/** As billed: each key of a key-value method is a row, each alarm that is set is a row written. */
export interface PlatformCounts {
  readonly statements: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** How often the object came into memory. */
  readonly starts: number;
  readonly alarms: number;
  /** Bytes of the database. */
  readonly stored: number;
}

export interface PlatformUsage {
  alarm(): void;
  soFar(): PlatformCounts;
}

interface Ledger {
  statements: number;
  starts: number;
  alarms: number;
  rowsRead: number;
  rowsWritten: number;
  /** Of statements whose rows may not all have been read yet. */
  cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[];
}

/** By object. The isolate outlives the objects in it. */
const ledgers = new Map<string, Ledger>();

/** To be called before anything else uses `ctx`. */
export function countUsage(ctx: DurableObjectState): PlatformUsage {
  const key = ctx.id.toString();
  const ledger = ledgers.get(key) ?? { statements: 0, starts: 0, alarms: 0, rowsRead: 0, rowsWritten: 0, cursors: [] };
  ledgers.set(key, ledger);
  settle(ledger);
  ledger.starts += 1;
  const { storage } = ctx;
  const exec = storage.sql.exec.bind(storage.sql);
  storage.sql.exec = ((query: string, ...bindings: unknown[]) => {
    ledger.statements += 1;
    const cursor = exec(query, ...bindings);
    ledger.cursors.push(cursor);
    return cursor;
  }) as typeof storage.sql.exec;
  for (const name of ["get", "list", "getAlarm"]) countCalls(storage, name, (rows) => (ledger.rowsRead += rows));
  for (const name of ["put", "delete", "setAlarm", "deleteAlarm"])
    countCalls(storage, name, (rows) => (ledger.rowsWritten += rows));
  for (const name of ["get", "list"]) countCalls(storage.kv, name, (rows) => (ledger.rowsRead += rows));
  for (const name of ["put", "delete"]) countCalls(storage.kv, name, (rows) => (ledger.rowsWritten += rows));
  return {
    alarm: () => void (ledger.alarms += 1),
    soFar() {
      settle(ledger);
      const { statements, rowsRead, rowsWritten, starts, alarms } = ledger;
      return { statements, rowsRead, rowsWritten, starts, alarms, stored: storage.sql.databaseSize };
    },
  };
}

function settle(ledger: Ledger): void {
  for (const { rowsRead, rowsWritten } of ledger.cursors) {
    ledger.rowsRead += rowsRead;
    ledger.rowsWritten += rowsWritten;
  }
  ledger.cursors = [];
}

function countCalls(target: object, name: string, count: (rows: number) => void): void {
  const methods = target as Record<string, (...args: unknown[]) => unknown>;
  const method = methods[name]?.bind(target);
  if (method === undefined) return;
  methods[name] = (...args) => {
    count(keysIn(args[0]));
    return method(...args);
  };
}

/** A key, some keys, or entries; a time or nothing is one. */
function keysIn(first: unknown): number {
  if (Array.isArray(first)) return first.length;
  if (typeof first === "object" && first !== null && !(first instanceof Date)) return Object.keys(first).length;
  return 1;
}
