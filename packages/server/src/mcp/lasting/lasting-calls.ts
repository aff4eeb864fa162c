// Calls that outlive the isolate: stored before anything is waited for, gone on with by alarms, settled once.
import type { CallToolResult } from "@agents-internal/protocol";
import { alarmKey } from "../alarm-key.ts";
import { McpError } from "../errors.ts";
import type { RequestOptions } from "../session/session.ts";
import { type CallLedgerDeps, createCallLedger, type NewCall } from "./call-ledger.ts";
import { createCallWaiters } from "./call-waiters.ts";
import {
  isWorking,
  type MCPCall,
  type MCPCallWithResult,
  type Step,
  toPublicCall,
  type WorkingCall,
} from "./lasting-call.ts";
import { isPassing, retryDelay } from "./step-retry.ts";

export interface LastingCallsDeps extends Omit<CallLedgerDeps, "waiters"> {
  /** There are servers, and with them the tables. */
  readonly inUse: () => boolean;
  /** In [0, 1). */
  readonly random: () => number;
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
  /** As `apply`, once the request of the call has its answer; `null`: somebody else goes on with it. The host stays awake. */
  follow(id: string, answer: Promise<Step | null>): void;
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

export function createLastingCalls({ inUse, random, ...deps }: LastingCallsDeps): LastingCalls {
  const { ports, store } = deps;
  const { clock } = ports;
  const waiters = createCallWaiters();
  const ledger = createCallLedger({ ...deps, waiters });
  const { working, apply, settle, driverOf, continuationOf } = ledger;
  const stepping = new Map<string, Promise<void>>();
  /** Nudged while a step was under way. */
  const again = new Set<string>();

  /** The step came to nothing. */
  async function stumbled(id: string, error: McpError, pace: number): Promise<void> {
    const record = working(id);
    if (record === null) return;
    const now = clock.now();
    const patientUntil = waiters.patientUntil(id);
    if (!isPassing(error) || now >= patientUntil) return settle(id, { kind: "failed", error });
    const pause = Math.max(pace, retryDelay(record.state.failures + 1, random()));
    ledger.postpone(record, Math.min(patientUntil, now + pause));
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

  return {
    begin: (call) => ledger.begin(call, (id) => id),
    carryOut: (call, options) =>
      ledger.begin(call, (id) => waiters.wait(id, options, call.dueAt, () => ports.background(cancel(id)))),
    apply,
    follow(id, answer) {
      ports.background(
        answer
          .then((came) => came && apply(id, came))
          // What cannot be kept cannot be gone on with.
          .catch((thrown: unknown) => settle(id, { kind: "failed", error: McpError.from(thrown) })),
      );
    },
    nudge(id) {
      waiters.heard(id, clock.now(), null);
      ports.background(advance(id));
    },
    async due(id) {
      const record = inUse() ? store.get(id) : null;
      if (record === null) return;
      if (isWorking(record)) await advance(id);
      else ledger.forget(record);
    },
    cancel,
    drop(id) {
      const record = store.get(id);
      if (record !== null) ledger.forget(record);
    },
    endServer(serverId, code) {
      for (const record of store.all()) {
        if (record.serverId !== serverId) continue;
        const error = new McpError(code, { serverId });
        if (isWorking(record)) ports.background(settle(record.id, { kind: "failed", error }));
        if (code === "removed") ledger.forget(record);
      }
    },
    forget(serverId) {
      for (const { id, serverId: owner } of store.all()) {
        if (owner === serverId) ports.alarms.cancel(alarmKey("call", id));
      }
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
