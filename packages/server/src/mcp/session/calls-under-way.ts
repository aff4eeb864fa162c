// The calls of one session that wait for their answer, each with a time limit that stands still while a person is asked.
import { DEFAULT_TIMEOUT, TOTAL_TIMEOUT_FACTOR } from "../call-time.ts";
import { MAX_TIMER } from "../deadline.ts";
import { McpError } from "../errors.ts";
import type { Clock } from "../ports.ts";
import type { RequestOptions } from "./session.ts";

export interface CallUnderWay {
  /** Tool, prompt or resource. */
  readonly name: string | null;
  /** Ends with its time, with whoever made it, and with the call itself once anybody was asked in the middle of it. */
  readonly signal: AbortSignal;
  /** Time begins anew. */
  progressed(): void;
  /** Time stands still until the returned function is called. */
  pause(): () => void;
  /** It cannot be answered any more. */
  abort(reason: McpError): void;
  /** There is an answer, or none is waited for any more. */
  end(): void;
}

export interface Interruption {
  /** What asks, when that is certain. */
  readonly call: string | null;
  /** Ends when every call is over in whose middle it could have been asked. */
  readonly signal: AbortSignal;
  end(): void;
}

export interface CallsUnderWay {
  begin(name: string | null, options: RequestOptions): CallUnderWay;
  /**
   * A server asks something without saying in the middle of which call: the time of all of them stands still. Asked outside of
   * any call, it lasts as long as `outer` does.
   */
  interrupt(outer: AbortSignal): Interruption;
  /** The session is over, and with it whatever is waited for without a request being on its way. */
  close(): void;
}

export function createCallsUnderWay(clock: Clock): CallsUnderWay {
  const calls = new Set<CallUnderWay>();
  return {
    begin(name, options) {
      const call = startCall(name, options, clock, () => calls.delete(call));
      calls.add(call);
      return call;
    },
    close() {
      for (const call of calls) call.abort(new McpError("not-connected"));
    },
    interrupt(outer) {
      const during = [...calls];
      const resume = during.map((call) => call.pause());
      const over = new AbortController();
      const check = (): void => {
        if (outer.aborted || (during.length > 0 && during.every(({ signal }) => signal.aborted))) over.abort();
      };
      const signals = [outer, ...during.map(({ signal }) => signal)];
      for (const signal of signals) signal.addEventListener("abort", check);
      check();
      return {
        call: during.length === 1 ? (during[0]?.name ?? null) : null,
        signal: over.signal,
        end() {
          for (const signal of signals) signal.removeEventListener("abort", check);
          for (const go of resume) go();
        },
      };
    },
  };
}

function startCall(
  name: string | null,
  { signal: outer, timeout = DEFAULT_TIMEOUT }: RequestOptions,
  clock: Clock,
  ended: () => void,
): CallUnderWay {
  const controller = new AbortController();
  let left = timeout * TOTAL_TIMEOUT_FACTOR;
  let startedAt = 0;
  let pauses = 0;
  let wasPaused = false;
  let timer: ReturnType<typeof setTimeout> | null = null;

  const stop = (): void => {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    left -= clock.now() - startedAt;
  };
  const start = (): void => {
    stop();
    if (pauses > 0 || controller.signal.aborted) return;
    startedAt = clock.now();
    timer = setTimeout(
      () => controller.abort(new McpError("timeout")),
      Math.min(MAX_TIMER, Math.max(0, Math.min(timeout, left))),
    );
  };
  const abort = (reason: unknown): void => {
    stop();
    controller.abort(reason);
  };
  const onAbort = (): void => abort(outer?.reason);
  outer?.addEventListener("abort", onAbort, { once: true });
  if (outer?.aborted) onAbort();
  start();

  return {
    name,
    signal: controller.signal,
    progressed: start,
    abort,
    pause() {
      pauses += 1;
      wasPaused = true;
      stop();
      let isPaused = true;
      return () => {
        if (!isPaused) return;
        isPaused = false;
        pauses -= 1;
        start();
      };
    },
    end() {
      ended();
      outer?.removeEventListener("abort", onAbort);
      // Whoever was asked for this call's sake need not answer any more.
      if (wasPaused) abort(new McpError("aborted"));
      else stop();
    },
  };
}
