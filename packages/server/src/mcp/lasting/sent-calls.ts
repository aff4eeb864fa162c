// Calls whose request is on its way in this isolate: nothing but their answer can tell what became of them.
import { McpError } from "../errors.ts";
import type { Clock } from "../ports.ts";
import type { CallDriver, Step } from "./lasting-call.ts";

/** ms after which it is looked whether the isolate that sent the request is still there. */
const LOOK_MS = 60_000;

export interface SentCalls extends CallDriver<{ readonly kind: "sent" }> {
  /** Send the request of a call that was stored; `signal` is aborted when the call is cancelled. */
  track<T extends Step | null>(callId: string, send: (signal: AbortSignal) => Promise<T>): Promise<T | Step>;
  firstLook(): number;
}

export function createSentCalls(clock: Clock): SentCalls {
  const onTheirWay = new Map<string, AbortController>();
  const nextLook = (): number => clock.now() + LOOK_MS;
  return {
    firstLook: nextLook,
    async track(callId, send) {
      const controller = new AbortController();
      onTheirWay.set(callId, controller);
      try {
        return await send(controller.signal);
      } catch (thrown) {
        return { kind: "settled", outcome: { kind: "failed", error: McpError.from(thrown) } };
      } finally {
        // People were asked, and it is on its way again already.
        if (onTheirWay.get(callId) === controller) onTheirWay.delete(callId);
      }
    },
    async step({ id, serverId }) {
      if (onTheirWay.has(id)) return { kind: "waiting", dueAt: nextLook() };
      // It is not sent again: the server may have run it.
      const error = new McpError("call-interrupted", { serverId });
      return { kind: "settled", outcome: { kind: "failed", error } };
    },
    pace: () => 0,
    async cancel({ id }) {
      onTheirWay.get(id)?.abort(new McpError("aborted"));
    },
    release: (callId) => onTheirWay.get(callId)?.abort(new McpError("aborted")),
  };
}
