// What a move of the lifecycle says to somebody who asks later what happened.
import { ERROR_CODES, type TimelineNext, type TimelineStep } from "@agents-internal/protocol";
import type { EventType, LifecycleEvent } from "../lifecycle/event.ts";
import type { Connection, ConnectionState } from "../lifecycle/state.ts";
import { toPublicState } from "../lifecycle/to-public-state.ts";
import type { TimelineFacts } from "./recorder.ts";

/** Events that are told whatever they lead to. */
const STEPS = {
  connect: "connecting",
  "retry-due": "retrying",
  opened: "connected",
  discover: "listing",
  discovered: "ready",
  unauthorized: "unauthorized",
  "authorization-required": "sign-in-needed",
  "callback-accepted": "callback-accepted",
  "callback-denied": "callback-denied",
  exchanged: "signed-in",
  "exchange-failed": "exchange-failed",
  "flow-expired": "sign-in-expired",
  "session-lost": "session-lost",
  "attempt-failed": "failed",
  close: "disconnected",
  "sign-out": "signed-out",
  woke: "restarted",
} as const satisfies Partial<Record<EventType, TimelineStep>>;

/** Told although nothing that is stored changes: each is the beginning of a trouble. */
const ALWAYS: ReadonlySet<string> = new Set<EventType>(["unauthorized", "session-lost"]);

/** Steps at the server itself, and not at whoever signs in for it. */
const AT_SERVER: ReadonlySet<string> = new Set<TimelineStep>(["connecting", "retrying", "restarted", "unauthorized"]);

/** `null` for a move that is nobody's business: a good call, a plain wake, a session that rests or goes on. */
export function describeMove(
  before: Connection,
  event: LifecycleEvent,
  after: Connection,
  serverUrl: string,
): TimelineFacts | null {
  const { state } = after;
  if (!(event.type in STEPS) || state.kind === "removed") return null;
  const relisted =
    before.state.kind === "ready" && state.kind === "ready" && before.state.catalogueVersion !== state.catalogueVersion;
  const moved = before.epoch !== after.epoch || before.state.kind !== state.kind;
  if (!moved && !relisted && !ALWAYS.has(event.type)) return null;
  const step = relisted ? "lists-changed" : STEPS[event.type as keyof typeof STEPS];
  return {
    step,
    ...(AT_SERVER.has(step) && { at: serverUrl }),
    ...(moved && { state: toPublicState(state) }),
    ...reasonOf(event, state),
    ...nextOf(state, event),
  };
}

function reasonOf(event: LifecycleEvent, state: ConnectionState): Pick<TimelineFacts, "code" | "status" | "detail"> {
  switch (event.type) {
    case "unauthorized":
      return { status: event.challenge.status, ...(state.kind === "failed" && { code: state.code }) };
    case "authorization-required":
      return { detail: event.reason };
    case "flow-expired":
      return { code: "authorization-expired" };
    case "callback-denied":
      return { code: event.code, detail: event.detail };
    case "exchange-failed":
    case "attempt-failed":
      return { code: event.code, status: event.status, detail: event.detail };
    default:
      return state.kind === "connecting" && state.attempt > 1 ? { detail: `attempt ${state.attempt}` } : {};
  }
}

function nextOf(state: ConnectionState, event: LifecycleEvent): { next?: TimelineNext; nextAt?: number } {
  if (event.type === "authorization-required" && state.kind === "authenticating")
    return { next: "sign-in", nextAt: event.expiresAt };
  if (state.kind !== "failed") return {};
  if (state.retryAt !== null) return { next: "retry", nextAt: state.retryAt };
  return { next: ERROR_CODES[state.code].retryable ? "ask-again" : "mend" };
}
