// The tables every agent has, made when one of them is first needed.
import type { Migration } from "../sql/migrator.ts";

/** Append-only: see `Migration`. */
export const AGENT_MIGRATIONS: readonly Migration[] = [
  {
    id: "agent-0001",
    up: [
      "CREATE TABLE agents_state (id INTEGER PRIMARY KEY CHECK (id = 1), value TEXT NOT NULL)",
      `CREATE TABLE agents_alarms (
        key TEXT PRIMARY KEY, due_at INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0
      ) WITHOUT ROWID`,
      "CREATE INDEX agents_alarms_due ON agents_alarms (due_at)",
    ].join(";\n"),
  },
];
