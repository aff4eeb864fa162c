// Many timers on the one alarm a Durable Object has.
import type { Alarms, Clock, Log } from "../mcp/ports.ts";
import type { SqlDatabase } from "../sql/database.ts";

export interface AlarmQueue extends Alarms {
  /** Call when the object's alarm fires. Runs everything that is due, each by itself. */
  run(): Promise<void>;
}

export interface AlarmQueueOptions {
  readonly sql: () => SqlDatabase;
  readonly clock: Clock;
  readonly log: Log;
  /** The object's own alarm. */
  readonly alarm: { set(dueAt: number): void; clear(): void };
  /** Do what the key stands for. */
  readonly handle: (key: string) => Promise<void>;
}

const RETRY_AFTER = 30_000;
const MAX_FAILURES = 5;

/**
 * A key that was handled is deleted afterwards, so an eviction in between runs it again: handlers must bear that.
 * A handler that fails is tried again five times, after 30 s and then twice as long each time.
 */
export function createAlarmQueue({ sql, clock, log, alarm, handle }: AlarmQueueOptions): AlarmQueue {
  /** What the object's alarm is set to; `undefined` while unknown, `null` for none. */
  let armed: number | null | undefined;
  let planned = false;

  /** After the turn, and so after the transaction around it: what was rolled back must not move the alarm. */
  function plan(): void {
    if (planned) return;
    planned = true;
    queueMicrotask(() => {
      planned = false;
      arm();
    });
  }

  function arm(): void {
    const [row] = sql().all<{ due: number | null }>("SELECT MIN(due_at) AS due FROM agents_alarms");
    const due = row?.due ?? null;
    if (due === armed) return;
    armed = due;
    if (due === null) alarm.clear();
    else alarm.set(due);
  }

  async function runOne(key: string, dueAt: number, failures: number): Promise<void> {
    try {
      await handle(key);
      // Not when the handler set the same key anew.
      sql().run("DELETE FROM agents_alarms WHERE key = ? AND due_at = ?", key, dueAt);
    } catch (error) {
      const givenUp = failures + 1 >= MAX_FAILURES;
      log.warn("alarm_failed", { key, failures: failures + 1, givenUp, error: error instanceof Error ? error.name : "unknown" });
      if (givenUp) sql().run("DELETE FROM agents_alarms WHERE key = ? AND due_at = ?", key, dueAt);
      else {
        const next = clock.now() + RETRY_AFTER * 2 ** failures;
        sql().run("UPDATE agents_alarms SET due_at = ?, failures = failures + 1 WHERE key = ? AND due_at = ?", next, key, dueAt);
      }
    }
  }

  return {
    set(key, dueAt) {
      sql().run("INSERT OR REPLACE INTO agents_alarms (key, due_at, failures) VALUES (?, ?, 0)", key, Math.ceil(dueAt));
      plan();
    },
    cancel(key) {
      sql().run("DELETE FROM agents_alarms WHERE key = ?", key);
      plan();
    },
    async run() {
      const due = sql().all<{ key: string; due_at: number; failures: number }>(
        "SELECT key, due_at, failures FROM agents_alarms WHERE due_at <= ? ORDER BY due_at",
        clock.now(),
      );
      await Promise.all(due.map((row) => runOne(row.key, row.due_at, row.failures)));
      // The alarm that brought us here is spent.
      armed = undefined;
      arm();
    },
  };
}
