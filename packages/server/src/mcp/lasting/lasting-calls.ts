// Calls that outlive the isolate: stored before anything is waited for, gone on with by alarms, settled once.
import type { CallToolResult } from "@agents-internal/protocol";
import { alarmKey } from "../alarm-key.ts";
import { McpError } from "../errors.ts";
import type { McpPorts } from "../ports.ts";
import type { RequestOptions } from "../session/session.ts";
import type { CallStore } from "./call-store.ts";
import { createCallWaiters } from "./call-waiters.ts";
import {
  type CallDriver,
  type CallDrivers,
  type CallOutcome,
  type CallRecord,
  type Continuation,
  isWorking,
  type MCPCall,
  type MCPCallWithResult,
  type Step,
  toFailure,
  toPublicCall,
  type WorkingCall,
} from "./lasting-call.ts";
import { isPassing, retryDelay } from "./step-retry.ts";

/** Calls under way at once, of all servers. */
const MAX_WORKING = 256;
/** Outcomes that nobody waited for are kept this long, and this many of them. */
const KEPT_MS = 7 * 24 * 3_600_000;
const KEPT_COUNT = 100;
/** Characters of JSON; sealed it has to fit into a row. */
const RESULT_SIZE = 1_000_000;

export interface LastingCallsDeps {
  readonly ports: McpPorts;
  readonly store: CallStore;
  readonly drivers: CallDrivers;
  /** Told of each outcome that was stored, in the turn in which it was. */
  readonly settled: (call: MCPCall) => void;
  /** There are servers, and with them the tables. */
  readonly inUse: () => boolean;
  /** False as soon as a server is being removed. */
  readonly isKnown: (serverId: string) => boolean;
  /** In [0, 1). */
  readonly random: () => number;
}

export interface NewCall extends Pick<CallRecord, "serverId" | "name" | "deadline" | "detached"> {
  readonly continuation: Continuation;
  /** ms since the epoch of the first step; `null`: when its driver asks for it. */
  readonly dueAt: number | null;
  /** It waits for a person already. */
  readonly asks?: boolean | undefined;
}

export interface LastingCalls {
  /**
   * Store a call; from now on it is gone on with whatever happens to this isolate. A `sent` one is stored before this
   * returns. Rejects with `too-many-calls`, `removed`, or as the vault does.
   */
  begin(call: NewCall): Promise<string>;
  /**
   * As `begin`, and ends with the call, also after `timeout` ms of silence that begin with its step at `dueAt`. `signal`
   * cancels it. Nothing is kept of a call that somebody waited for.
   */
  carryOut(call: NewCall, options: RequestOptions): Promise<CallToolResult>;
  /** What became of a call by other means than a step of its driver. Nothing happens when it is settled already. */
  apply(id: string, step: Step): Promise<void>;
  /** Make the next step now. */
  nudge(id: string): void;
  /** The alarm of a call went off. */
  due(id: string): Promise<void>;
  /** End a call and tell the server. Unknown and settled ones are fine. */
  cancel(id: string): Promise<void>;
  /** Forget a call that came to its end elsewhere. Unknown ones are fine. */
  drop(id: string): void;
  /** End all calls of a server. `removed`: also forget what became of earlier ones. */
  endServer(serverId: string, code: "removed" | "not-connected"): void;
  /** Delete what is left of a server, within the caller's transaction. */
  forget(serverId: string): void;
  list(): readonly MCPCall[];
  get(id: string): Promise<MCPCallWithResult | null>;
}

export function createLastingCalls(deps: LastingCallsDeps): LastingCalls {
  const { ports, store, drivers, settled, inUse, isKnown, random } = deps;
  const { clock, alarms, sql } = ports;
  const waiters = createCallWaiters();
  const stepping = new Map<string, Promise<void>>();
  /** Nudged while a step was under way. */
  const again = new Set<string>();

  const driverOf = (continuation: Continuation): CallDriver => drivers[continuation.kind] as CallDriver;

  function working(id: string): WorkingCall | null {
    const record = store.get(id);
    return record !== null && isWorking(record) ? record : null;
  }

  async function continuationOf(record: CallRecord): Promise<Continuation> {
    const part = await store.open(record);
    return part === null || part.kind === "result" ? { kind: "sent" } : part;
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
    settled(toPublicCall(after));
  }

  function over(id: string, outcome: CallOutcome): void {
    for (const driver of Object.values(drivers)) driver.release(id);
    waiters.settle(id, outcome);
  }

  async function apply(id: string, step: Step): Promise<void> {
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
  }

  /** The step came to nothing. */
  async function stumbled(id: string, error: McpError, pace: number): Promise<void> {
    const record = working(id);
    if (record === null) return;
    const now = clock.now();
    const patientUntil = waiters.patientUntil(id);
    if (!isPassing(error) || now >= patientUntil) return settle(id, { kind: "failed", error });
    const failures = record.state.failures + 1;
    const dueAt = Math.min(patientUntil, now + Math.max(pace, retryDelay(failures, random())));
    sql.transaction(() => {
      store.put({ ...record, state: { ...record.state, failures } });
      arm(record, dueAt);
    });
  }

  async function step(id: string): Promise<void> {
    const record = working(id);
    if (record === null) return;
    if (clock.now() >= record.deadline) return abandon(record, new McpError("timeout", { serverId: record.serverId }));
    let pace = 0;
    try {
      const continuation = await continuationOf(record);
      const driver = driverOf(continuation);
      pace = driver.pace(continuation);
      await apply(id, await driver.step(record, continuation));
    } catch (thrown) {
      await stumbled(id, McpError.from(thrown), pace);
    }
  }

  function advance(id: string): Promise<void> {
    const current = stepping.get(id);
    if (current) {
      again.add(id);
      return current;
    }
    const next = (async () => {
      try {
        do {
          again.delete(id);
          await step(id);
        } while (again.has(id));
      } finally {
        // In the turn of the last look: whoever asks later begins anew.
        stepping.delete(id);
      }
    })();
    stepping.set(id, next);
    return next;
  }

  /** End a call that the server still works on, and tell the server. */
  async function abandon(record: WorkingCall, error: McpError): Promise<void> {
    const { id, serverId } = record;
    // What cannot be read cannot be taken back either: the server ends it by itself.
    const continuation = await continuationOf(record).catch(() => null);
    await settle(id, { kind: "failed", error });
    if (continuation === null) return;
    await driverOf(continuation)
      .cancel(record, continuation)
      .catch(() => ports.log.warn("mcp-call-not-cancelled", { serverId }));
  }

  async function cancel(id: string): Promise<void> {
    const record = inUse() ? working(id) : null;
    if (record !== null) await abandon(record, new McpError("aborted", { serverId: record.serverId }));
  }

  /** `stored` is called in the turn in which the call is. */
  async function begin<T>(
    { continuation, dueAt, asks = false, ...call }: NewCall,
    stored: (id: string) => T,
  ): Promise<Awaited<T>> {
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
    return await stored(id);
  }

  return {
    begin: (call) => begin(call, (id) => id),
    carryOut: (call, options) =>
      begin(call, (id) => waiters.wait(id, options, call.dueAt, () => ports.background(cancel(id)))),
    apply,
    nudge(id) {
      waiters.heard(id, clock.now(), null);
      ports.background(advance(id));
    },
    async due(id) {
      const record = inUse() ? store.get(id) : null;
      if (record === null) return;
      if (isWorking(record)) await advance(id);
      else forget(record);
    },
    cancel,
    drop(id) {
      const record = store.get(id);
      if (record !== null) forget(record);
    },
    endServer(serverId, code) {
      for (const record of store.all()) {
        if (record.serverId !== serverId) continue;
        const error = new McpError(code, { serverId });
        if (isWorking(record)) ports.background(settle(record.id, { kind: "failed", error }));
        if (code === "removed") forget(record);
      }
    },
    forget(serverId) {
      for (const record of store.all()) if (record.serverId === serverId) alarms.cancel(alarmKey("call", record.id));
      store.deleteServer(serverId);
    },
    list: () => (inUse() ? store.all().map(toPublicCall) : []),
    async get(id) {
      const record = inUse() ? store.get(id) : null;
      if (record === null) return null;
      const call = toPublicCall(record);
      if (call.status !== "completed") return call;
      const part = await store.open(record);
      return part?.kind === "result" ? { ...call, result: part.result } : null;
    },
  };
}
