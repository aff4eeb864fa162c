// The life of a connection: which event moves which state where, and what has to be done then.
import type { ErrorCode } from "@agents-internal/protocol";
import type { Effect } from "./effect.ts";
import type { LifecycleEvent } from "./event.ts";
import { LIST_NAMES as ALL } from "../lists.ts";
import {
  attemptOf,
  type Connection,
  type ConnectionState,
  type FailureOrigin,
  type Goal,
  goesOn,
  MAX_SIGN_INS,
  type SigningIn,
} from "./state.ts";

export type Outcome =
  | { readonly kind: "move"; readonly connection: Connection; readonly effects: readonly Effect[] }
  /** Nothing to do: the event is late, or what it asks for is under way or done. */
  | { readonly kind: "ignore" }
  /** The event cannot be honoured here; whoever sent it has to be told. */
  | { readonly kind: "reject"; readonly code: ErrorCode };

const IGNORE: Outcome = { kind: "ignore" };
const reject = (code: ErrorCode): Outcome => ({ kind: "reject", code });

/** Pure: the same connection and event always give the same outcome. */
export function transition(connection: Connection, event: LifecycleEvent): Outcome {
  const { state, epoch } = connection;
  if (state.kind === "removed") {
    // The host slept before everything was deleted.
    if (event.type === "woke") return stay(connection, state, [{ type: "forget" }]);
    return event.type === "remove" || "epoch" in event ? IGNORE : reject("removed");
  }
  if ("epoch" in event && event.epoch !== epoch) return IGNORE;

  switch (event.type) {
    case "connect":
      return connect(connection, event);
    case "opened":
      return opened(connection);
    case "discover":
      if (state.kind === "connected")
        return stay(connection, { kind: "discovering", signIns: 0 }, [{ type: "discover", epoch, kinds: ALL }]);
      if (state.kind === "ready") return stay(connection, state, [{ type: "discover", epoch, kinds: ALL }]);
      return state.kind === "discovering" ? IGNORE : reject("not-connected");
    case "discovered":
      return state.kind === "discovering" || state.kind === "ready"
        ? stay(connection, {
            kind: "ready",
            catalogueVersion: event.catalogueVersion,
            live: true,
            listedAt: event.listedAt,
            ...(state.signIns && { signIns: state.signIns }),
          })
        : IGNORE;
    case "used":
      return state.kind === "ready" && state.signIns ? stay(connection, { ...state, signIns: undefined }) : IGNORE;
    case "idle":
      return state.kind === "ready" && state.live
        ? stay(connection, { ...state, live: false }, [{ type: "rest" }])
        : IGNORE;
    case "catalogue-changed":
      // While the lists are being read for the first time, too: what was read by then may be old.
      return state.kind === "ready" || state.kind === "discovering"
        ? stay(connection, state, [{ type: "discover", epoch, kinds: event.kinds }])
        : IGNORE;
    case "unauthorized":
      return unauthorized(connection, event);
    case "authorization-required":
      return authorizationRequired(connection, event);
    case "callback-accepted":
      return state.kind === "authenticating" && state.flowId === event.flowId
        ? stay(connection, { ...state, kind: "exchanging" }, [{ type: "exchange", flowId: state.flowId }])
        : reject("flow-unknown");
    case "callback-denied":
      if (state.kind !== "authenticating" || state.flowId !== event.flowId) return reject("flow-unknown");
      return endSignIn(connection, state, event);
    case "exchanged":
      return state.kind === "exchanging" && state.flowId === event.flowId
        ? reopen(connection, endFlow(state), state.signIns + 1)
        : IGNORE;
    case "exchange-failed":
      return state.kind === "exchanging" && state.flowId === event.flowId
        ? endSignIn(connection, state, event)
        : IGNORE;
    case "flow-expired":
      return state.kind === "authenticating" && state.flowId === event.flowId
        ? endSignIn(connection, state, { code: "authorization-expired", detail: null })
        : IGNORE;
    case "session-lost":
      if (state.kind === "ready")
        return state.live ? stay(connection, { ...state, live: false }, [{ type: "close" }]) : IGNORE;
      // The session that goes on while more permission is asked for; the next call opens another.
      if (state.kind === "authenticating") return stay(connection, state, [{ type: "close" }]);
      return state.kind === "connected" || state.kind === "discovering"
        ? reopen(connection, [{ type: "close" }])
        : IGNORE;
    case "attempt-failed":
      return attemptFailed(connection, event);
    case "retry-due":
      return state.kind === "failed" && state.retryAt !== null
        ? begin(connection, { attempt: state.attempt + 1, goal: "discover", signIns: 0 }, [])
        : IGNORE;
    case "close":
      // What is given back is not in use; nobody waits for it any more.
      if (state.kind === "signing-out")
        return state.wanted === null ? IGNORE : stay(connection, { ...state, wanted: null });
      return state.kind === "registered"
        ? IGNORE
        : {
            kind: "move",
            connection: { epoch: epoch + 1, state: { kind: "registered" } },
            effects: [{ type: "close" }, ...leave(state), { type: "end-calls", code: "not-connected" }],
          };
    case "sign-out":
      return state.kind === "signing-out" ? IGNORE : signOut(connection);
    case "signed-out":
      if (state.kind !== "signing-out") return IGNORE;
      return state.wanted === null
        ? stay(connection, { kind: "registered" })
        : begin(connection, { attempt: 1, goal: state.wanted, signIns: 0 }, []);
    case "remove":
      return {
        kind: "move",
        connection: { epoch: epoch + 1, state: { kind: "removed" } },
        effects: [{ type: "close" }, ...leave(state), { type: "end-calls", code: "removed" }, { type: "forget" }],
      };
    case "woke":
      return woke(connection, event);
  }
}

const VAULT_CODES: ReadonlySet<ErrorCode> = new Set(["vault-locked", "vault-key-required", "vault-key-invalid"]);

interface FailureReason {
  readonly code: ErrorCode;
  readonly detail: string | null;
  readonly status?: number | undefined;
  readonly retryAt?: number | null;
}

type EventOf<T extends LifecycleEvent["type"]> = Extract<LifecycleEvent, { type: T }>;

function connect(connection: Connection, event: EventOf<"connect">): Outcome {
  const { state } = connection;
  if (state.kind === "signing-out")
    return state.wanted === "discover" || state.wanted === event.goal
      ? IGNORE
      : stay(connection, { ...state, wanted: event.goal });
  const idle = state.kind === "registered" || state.kind === "failed";
  if (!idle && !event.restart) {
    // An attempt that was to stop at `connected` is carried on for whoever wants the catalogue.
    if (event.goal === "discover" && state.kind === "connecting" && state.goal === "stop") {
      return stay(connection, { ...state, goal: "discover" });
    }
    return event.goal === "discover" && state.kind === "connected"
      ? transition(connection, { type: "discover" })
      : IGNORE;
  }
  return begin(
    connection,
    { attempt: 1, goal: event.goal, signIns: 0 },
    idle ? leave(state) : [{ type: "close" }, ...leave(state)],
  );
}

function opened(connection: Connection): Outcome {
  const { state, epoch } = connection;
  if (state.kind === "ready") return stay(connection, { ...state, live: true });
  if (state.kind !== "connecting") return IGNORE;
  if (state.goal === "stop") return stay(connection, { kind: "connected" });
  const { signIns, attempt } = state;
  return stay(connection, { kind: "discovering", signIns, ...(attempt > 1 && { attempt }) }, [
    { type: "discover", epoch, kinds: ALL },
  ]);
}

function unauthorized(connection: Connection, event: EventOf<"unauthorized">): Outcome {
  const { state, epoch } = connection;
  const flow: Effect = { type: "start-flow", epoch, challenge: event.challenge };
  switch (state.kind) {
    case "connecting":
    case "discovering":
      return state.signIns >= MAX_SIGN_INS
        ? fail(connection, state.kind, { code: "token-rejected", detail: null }, [{ type: "close" }])
        : stay(connection, state, [flow]);
    case "connected":
      return stay(connection, state, [flow]);
    case "ready":
      if ((state.signIns ?? 0) < MAX_SIGN_INS) return stay(connection, state, [flow]);
      // Nothing that a person agreed to was enough for this call. The others go on.
      return event.challenge.status === 403
        ? IGNORE
        : fail(connection, state.kind, { code: "token-rejected", detail: null }, [{ type: "close" }]);
    case "authenticating":
      // Another call asks for what the open sign-in may be widened to.
      return goesOn(state) ? stay(connection, state, [flow]) : IGNORE;
    default:
      return IGNORE;
  }
}

function authorizationRequired(connection: Connection, event: EventOf<"authorization-required">): Outcome {
  const { state } = connection;
  switch (state.kind) {
    case "connecting":
    case "connected":
    case "discovering":
    case "ready": {
      const signIns = ("signIns" in state ? state.signIns : 0) ?? 0;
      const { flowId, reason } = event;
      // Ready without any grant, so it is for some calls only.
      const anonymous = state.kind === "ready" && reason === "sign-in";
      const signingIn: SigningIn = { flowId, reason, signIns, ...(anonymous && { anonymous }) };
      const wait: Effect = { type: "schedule", timer: "flow", at: event.expiresAt };
      // What works goes on over the session there is; otherwise each call under way still gets its own answer.
      const effects: readonly Effect[] = goesOn(signingIn) ? [wait] : [{ type: "retire" }, wait];
      return stay(connection, { kind: "authenticating", ...signingIn }, effects);
    }
    case "authenticating":
    case "exchanging":
      return IGNORE;
    default:
      return stay(connection, state, [{ type: "drop-flow", flowId: event.flowId }]);
  }
}

/** A sign-in ended without a grant. What worked without it still does. */
function endSignIn(
  connection: Connection,
  state: Extract<ConnectionState, { kind: "authenticating" | "exchanging" }>,
  why: FailureReason,
): Outcome {
  return goesOn(state)
    ? reopen(connection, endFlow(state), state.signIns + 1)
    : fail(connection, state.kind, why, endFlow(state));
}

function attemptFailed(connection: Connection, event: EventOf<"attempt-failed">): Outcome {
  const { state } = connection;
  switch (state.kind) {
    case "connecting":
    case "discovering":
    case "ready":
      return fail(connection, state.kind, event, [{ type: "close" }]);
    case "connected":
      return fail(connection, "connecting", event, [{ type: "close" }]);
    default:
      return IGNORE;
  }
}

function woke(connection: Connection, event: EventOf<"woke">): Outcome {
  const { state } = connection;
  switch (state.kind) {
    case "connecting":
      return begin(connection, state, []);
    case "connected":
    case "discovering":
      return reopen(connection, []);
    case "authenticating":
      // The host slept between taking the callback and saying so.
      return event.exchange === "accepted"
        ? transition(connection, { type: "callback-accepted", flowId: state.flowId })
        : IGNORE;
    case "exchanging":
      // A code that may have been sent is spent: ask the server again, which ends in one clean sign-in.
      return event.exchange === "accepted"
        ? stay(connection, state, [{ type: "exchange", flowId: state.flowId }])
        : reopen(connection, endFlow(state));
    case "ready":
      return state.live ? stay(connection, { ...state, live: false }) : IGNORE;
    case "signing-out":
      return stay(connection, state, [{ type: "sign-out", epoch: connection.epoch }]);
    case "failed":
      // Keys belong to the host, which may have been given the right ones meanwhile. Without them nothing is sent.
      if (VAULT_CODES.has(state.code)) return begin(connection, { attempt: 1, goal: "discover", signIns: 0 }, []);
      // Set again, because the host's own alarm may have been given up meanwhile.
      return state.retryAt === null
        ? IGNORE
        : stay(connection, state, [{ type: "schedule", timer: "retry", at: state.retryAt }]);
    default:
      return IGNORE;
  }
}

/** A state of its own, because the host may sleep before the provider has answered: the grant must not be used again. */
function signOut({ state, epoch: before }: Connection): Outcome {
  const epoch = before + 1;
  return {
    kind: "move",
    connection: { epoch, state: { kind: "signing-out", wanted: null } },
    effects: [
      { type: "close" },
      ...leave(state),
      { type: "end-calls", code: "not-connected" },
      { type: "sign-out", epoch },
    ],
  };
}

/** Same attempt, next state. */
function stay(connection: Connection, state: ConnectionState, effects: readonly Effect[] = []): Outcome {
  return { kind: "move", connection: { epoch: connection.epoch, state }, effects };
}

/** A new attempt. Whatever an earlier one still brings is late from here on. */
function begin(
  connection: Connection,
  how: { attempt: number; goal: Goal; signIns: number },
  before: readonly Effect[],
): Outcome {
  const epoch = connection.epoch + 1;
  const state: ConnectionState = { kind: "connecting", attempt: how.attempt, goal: how.goal, signIns: how.signIns };
  return { kind: "move", connection: { epoch, state }, effects: [...before, { type: "open", epoch }] };
}

function reopen(connection: Connection, before: readonly Effect[], signIns = 0): Outcome {
  return begin(connection, { attempt: 1, goal: "discover", signIns }, before);
}

function fail(connection: Connection, cameFrom: FailureOrigin, why: FailureReason, before: readonly Effect[]): Outcome {
  const retryAt = why.retryAt ?? null;
  const attempt = attemptOf(connection.state);
  const { code, detail, status } = why;
  const state: ConnectionState = { kind: "failed", code, detail, status, cameFrom, attempt, retryAt };
  const effects: readonly Effect[] =
    retryAt === null ? before : [...before, { type: "schedule", timer: "retry", at: retryAt }];
  return { kind: "move", connection: { epoch: connection.epoch + 1, state }, effects };
}

function endFlow(state: { readonly flowId: string }): readonly Effect[] {
  return [
    { type: "drop-flow", flowId: state.flowId },
    { type: "cancel", timer: "flow" },
  ];
}

/** What a state leaves behind when it is left from outside. */
function leave(state: ConnectionState): readonly Effect[] {
  if (state.kind === "authenticating" || state.kind === "exchanging") return endFlow(state);
  return state.kind === "failed" && state.retryAt !== null ? [{ type: "cancel", timer: "retry" }] : [];
}
