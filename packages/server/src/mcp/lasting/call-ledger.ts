// The stored calls and whoever waits for them: begun, gone on with and settled, each in one turn with its row and its alarm.
import { alarmKey } from "../alarm-key.ts";
import { McpError } from "../errors.ts";
import type { McpPorts } from "../ports.ts";
import type { CallStore } from "./call-store.ts";
import type { CallWaiters } from "./call-waiters.ts";
import {
  type CallDriver,
  type CallDrivers,
  type CallOutcome,
  type CallRecord,
  type Continuation,
  isWorking,
  type MCPCall,
  type Step,
  toFailure,
  toPublicCall,
  type WorkingCall,
} from "./lasting-call.ts";

/** Calls under way at once, of all servers. */
const MAX_WORKING = 256;
/** Outcomes that nobody waited for are kept this long, and this many of them. */
const KEPT_MS = 7 * 24 * 3_600_000;
const KEPT_COUNT = 100;
/** Characters of JSON; sealed it has to fit into a row. */
const RESULT_SIZE = 1_000_000;

export interface CallLedgerDeps {
  readonly ports: McpPorts;
  readonly store: CallStore;
  readonly drivers: CallDrivers;
  readonly waiters: CallWaiters;
  /** Told of each outcome that was stored, in the turn in which it was. */
  readonly settled: (call: MCPCall) => void;
  /** False as soon as a server is being removed. */
  readonly isKnown: (serverId: string) => boolean;
}

export interface NewCall extends Pick<CallRecord, "serverId" | "name" | "deadline" | "detached"> {
  readonly continuation: Continuation;
  /** ms since the epoch of the first step; `null`: when its driver asks for it. */
  readonly dueAt: number | null;
  /** It waits for a person already. */
  readonly asks?: boolean | undefined;
}

export interface CallLedger {
  /** `null` when there is no such call, or it is over. */
  working(id: string): WorkingCall | null;
  /** Rejects with `vault-locked`. */
  continuationOf(record: CallRecord): Promise<Continuation>;
  driverOf(continuation: Continuation): CallDriver;
  /** `stored` is called in the turn in which the call is. Rejects with `too-many-calls`, `removed`, or as the vault does. */
  begin<T>(call: NewCall, stored: (id: string) => T | Promise<T>): Promise<T>;
  /** Nothing happens to a call that is over. */
  apply(id: string, step: Step): Promise<void>;
  settle(id: string, outcome: CallOutcome): Promise<void>;
  /** A step came to nothing, and the next one is made at `dueAt`. */
  postpone(record: WorkingCall, dueAt: number): void;
  forget(record: CallRecord): void;
}

export function createCallLedger(deps: CallLedgerDeps): CallLedger {
  const { ports, store, drivers, waiters, isKnown } = deps;
  const { clock, alarms, sql } = ports;

  const driverOf = (continuation: Continuation): CallDriver => drivers[continuation.kind] as CallDriver;

  function working(id: string): WorkingCall | null {
    const record = store.get(id);
    return record !== null && isWorking(record) ? record : null;
  }

  function arm(record: CallRecord, dueAt: number | null): void {
    alarms.set(alarmKey("call", record.id), Math.min(dueAt ?? record.deadline, record.deadline));
  }

  function forget(record: CallRecord): void {
    sql.transaction(() => {
      store.delete(record);
      alarms.cancel(alarmKey("call", record.id));
    });
  }

  function over(id: string, outcome: CallOutcome): void {
    for (const driver of Object.values(drivers)) driver.release(id);
    waiters.settle(id, outcome);
  }

  async function settle(id: string, outcome: CallOutcome): Promise<void> {
    const record = working(id);
    if (record === null) return;
    const heard = waiters.has(id);
    if (heard && !record.detached) {
      forget(record);
      return over(id, outcome);
    }
    let write = (): void => store.dropSealed(record);
    let kept = outcome;
    if (outcome.kind === "completed") {
      const fits = JSON.stringify(outcome.result).length <= RESULT_SIZE;
      try {
        if (!fits) throw new McpError("response-too-large", { serverId: record.serverId });
        write = await store.seal(record, { kind: "result", result: outcome.result });
      } catch (thrown) {
        kept = { kind: "failed", error: McpError.from(thrown) };
      }
      // Cancelled, or its server removed, while the result was being sealed.
      if (working(id) === null) return;
    }
    const settledAt = clock.now();
    const after: CallRecord = {
      ...record,
      state:
        kept.kind === "completed"
          ? { kind: "completed", settledAt }
          : { kind: "failed", settledAt, error: toFailure(kept.error) },
    };
    sql.transaction(() => {
      store.put(after);
      write();
      alarms.set(alarmKey("call", id), settledAt + KEPT_MS);
      for (const old of store.surplus(KEPT_COUNT)) forget(old);
    });
    over(id, outcome);
    deps.settled(toPublicCall(after));
  }

  return {
    working,
    driverOf,
    forget,
    settle,
    async continuationOf(record) {
      const part = await store.open(record);
      return part === null || part.kind === "result" ? { kind: "sent" } : part;
    },
    async begin({ continuation, dueAt, asks = false, ...call }, stored) {
      const record: CallRecord = {
        ...call,
        id: ports.ids.id(),
        createdAt: clock.now(),
        state: { kind: "working", message: null, asks, failures: 0 },
      };
      const { id, serverId } = record;
      if (store.workingCount() >= MAX_WORKING) throw new McpError("too-many-calls", { serverId });
      const write = continuation.kind === "sent" ? null : await store.seal(record, continuation);
      // Removed while it was being sealed: nobody would ever delete the row.
      if (!isKnown(serverId)) throw new McpError("removed", { serverId });
      sql.transaction(() => {
        store.put(record);
        write?.();
        arm(record, dueAt);
      });
      driverOf(continuation).took?.(record, continuation);
      return stored(id);
    },
    async apply(id, step) {
      if (step.kind === "settled") return settle(id, step.outcome);
      const before = working(id);
      if (before === null) return;
      const write = step.continuation === undefined ? null : await store.seal(before, step.continuation);
      const record = working(id);
      if (record === null) return;
      const { message = record.state.message, asks = false } = step;
      const after: WorkingCall = { ...record, state: { kind: "working", message, asks, failures: 0 } };
      sql.transaction(() => {
        write?.();
        if (JSON.stringify(after) !== JSON.stringify(record)) store.put(after);
        arm(after, step.dueAt);
      });
      if (step.continuation !== undefined) driverOf(step.continuation).took?.(after, step.continuation);
      waiters.heard(id, step.dueAt, message === record.state.message ? null : message);
    },
    postpone(record, dueAt) {
      const failures = record.state.failures + 1;
      sql.transaction(() => {
        store.put({ ...record, state: { ...record.state, failures } });
        arm(record, dueAt);
      });
    },
  };
}
