// Many timers on the one alarm a Durable Object has.
import type { Alarms, Clock, Log } from "../mcp/ports.ts";
import type { SqlDatabase } from "../sql/database.ts";

export interface AlarmQueue extends Alarms {
  /**
   * Call when the object's alarm fires. Runs everything that is due, each by itself, and goes on with what falls due
   * meanwhile: the object's alarm does not fire again before this has ended, and a handler may be waiting for a
   * timer of its own.
   */
  run(): Promise<void>;
}

export interface AlarmQueueOptions {
  readonly sql: () => SqlDatabase;
  readonly clock: Clock;
  readonly log: Log;
  /** The object's own alarm. */
  readonly alarm: { set(dueAt: number): void; clear(): void };
  /** Call back after that many ms, unless the returned function is called first. */
  readonly after: (ms: number, callback: () => void) => () => void;
  /** Do what the key stands for. */
  readonly handle: (key: string) => Promise<void>;
}

const RETRY_AFTER = 30_000;
const MAX_FAILURES = 5;

/**
 * A key that was handled is deleted afterwards, so an eviction in between runs it again: handlers must bear that.
 * A handler that fails is tried again five times, after 30 s and then twice as long each time.
 */
export function createAlarmQueue({ sql, clock, log, alarm, after, handle }: AlarmQueueOptions): AlarmQueue {
  /** What the object's alarm is set to; `undefined` while unknown, `null` for none. */
  let armed: number | null | undefined;
  let planned = false;
  /** Set while `run` sleeps. */
  let wake: (() => void) | null = null;

  /** After the turn, and so after the transaction around it: what was rolled back must not move the alarm. */
  function plan(): void {
    wake?.();
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

  function dueNow() {
    return sql().all<{ key: string; due_at: number; failures: number }>(
      "SELECT key, due_at, failures FROM agents_alarms WHERE due_at <= ? ORDER BY due_at",
      clock.now(),
    );
  }

  /** Until one of `running` ends, a timer is set or cancelled, or the next one falls due. */
  async function change(running: readonly Promise<void>[]): Promise<void> {
    const now = clock.now();
    const [row] = sql().all<{ due: number | null }>(
      "SELECT MIN(due_at) AS due FROM agents_alarms WHERE due_at > ?",
      now,
    );
    const due = row?.due ?? null;
    let cancel = (): void => undefined;
    const nudge = new Promise<void>((resolve) => {
      wake = resolve;
      if (due !== null) cancel = after(due - now, resolve);
    });
    await Promise.race([nudge, ...running]);
    wake = null;
    cancel();
  }

  async function runOne(key: string, dueAt: number, failures: number): Promise<void> {
    try {
      await handle(key);
      // Not when the handler set the same key anew.
      sql().run("DELETE FROM agents_alarms WHERE key = ? AND due_at = ?", key, dueAt);
    } catch (error) {
      const givenUp = failures + 1 >= MAX_FAILURES;
      log.warn("alarm-failed", {
        key,
        failures: failures + 1,
        givenUp,
        error: error instanceof Error ? error.name : "unknown",
      });
      if (givenUp) sql().run("DELETE FROM agents_alarms WHERE key = ? AND due_at = ?", key, dueAt);
      else {
        const next = clock.now() + RETRY_AFTER * 2 ** failures;
        sql().run(
          "UPDATE agents_alarms SET due_at = ?, failures = failures + 1 WHERE key = ? AND due_at = ?",
          next,
          key,
          dueAt,
        );
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
      const running = new Map<string, Promise<void>>();
      for (;;) {
        for (const { key, due_at, failures } of dueNow()) {
          // A handler may set its own key again before it has ended: that is another run.
          const id = `${due_at} ${key}`;
          if (!running.has(id))
            running.set(
              id,
              runOne(key, due_at, failures).finally(() => running.delete(id)),
            );
        }
        if (running.size === 0) break;
        await change([...running.values()]);
      }
      // The alarm that brought us here is spent.
      armed = undefined;
      arm();
    },
  };
}
