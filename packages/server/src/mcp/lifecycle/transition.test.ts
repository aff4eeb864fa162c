import { describe, expect, test } from "vitest";
import type { LifecycleEvent, EventType } from "./event.ts";
import { type Connection, type ConnectionState, isSettled, MAX_SIGN_INS, type StateKind } from "./state.ts";
import { transition } from "./transition.ts";

const EPOCH = 7;
const FLOW = "flow-1";
const challenge = { status: 401, header: null } as const;

const STATES: Record<StateKind, ConnectionState> = {
  registered: { kind: "registered" },
  connecting: { kind: "connecting", attempt: 2, goal: "discover", signIns: 0 },
  authenticating: { kind: "authenticating", flowId: FLOW, reason: "sign-in", signIns: 0 },
  exchanging: { kind: "exchanging", flowId: FLOW, reason: "sign-in", signIns: 0 },
  connected: { kind: "connected" },
  discovering: { kind: "discovering", signIns: 0 },
  ready: { kind: "ready", catalogueVersion: 3, live: true },
  failed: { kind: "failed", code: "host-unreachable", detail: null, cameFrom: "connecting", attempt: 1, retryAt: 5 },
  "signing-out": { kind: "signing-out", wanted: null },
  removed: { kind: "removed" },
};

const EVENTS: Record<EventType, LifecycleEvent> = {
  connect: { type: "connect", goal: "discover", restart: false },
  opened: { type: "opened", epoch: EPOCH },
  discover: { type: "discover" },
  discovered: { type: "discovered", epoch: EPOCH, catalogueVersion: 4, listedAt: 5 },
  used: { type: "used" },
  idle: { type: "idle", epoch: EPOCH },
  "catalogue-changed": { type: "catalogue-changed", kinds: ["tools"] },
  unauthorized: { type: "unauthorized", epoch: EPOCH, challenge },
  "authorization-required": {
    type: "authorization-required",
    epoch: EPOCH,
    flowId: FLOW,
    reason: "sign-in",
    expiresAt: 99,
  },
  "callback-accepted": { type: "callback-accepted", flowId: FLOW },
  "callback-denied": { type: "callback-denied", flowId: FLOW, code: "authorization-denied", detail: null },
  exchanged: { type: "exchanged", flowId: FLOW },
  "exchange-failed": { type: "exchange-failed", flowId: FLOW, code: "token-refused", detail: null },
  "flow-expired": { type: "flow-expired", flowId: FLOW },
  "session-lost": { type: "session-lost", epoch: EPOCH },
  "attempt-failed": { type: "attempt-failed", epoch: EPOCH, code: "timeout", detail: null, retryAt: null },
  "retry-due": { type: "retry-due" },
  close: { type: "close" },
  "sign-out": { type: "sign-out" },
  "signed-out": { type: "signed-out", epoch: EPOCH },
  remove: { type: "remove" },
  woke: { type: "woke", exchange: "none" },
};

/** One line a state, one word an event: the state it moves to, `=` for a move onto itself, `-` ignored, `!code` rejected. */
const MATRIX: Record<StateKind, Record<EventType, string>> = {
  registered: row(
    "connecting - !not-connected - - - - - drop !flow-unknown !flow-unknown - - - - - - - signing-out - removed -",
  ),
  connecting: row(
    "- discovering !not-connected - - - - start authenticating !flow-unknown !flow-unknown - - - - failed - registered signing-out - removed connecting",
  ),
  authenticating: row(
    "- - !not-connected - - - - - - exchanging failed - - failed authenticating - - registered signing-out - removed -",
  ),
  exchanging: row(
    "- - !not-connected - - - - - - !flow-unknown !flow-unknown connecting failed - - - - registered signing-out - removed connecting",
  ),
  connected: row(
    "discovering - discovering - - - - start authenticating !flow-unknown !flow-unknown - - - connecting failed - registered signing-out - removed connecting",
  ),
  discovering: row(
    "- - - ready - - discovering start authenticating !flow-unknown !flow-unknown - - - connecting failed - registered signing-out - removed connecting",
  ),
  ready: row(
    "- ready ready ready - ready ready start authenticating !flow-unknown !flow-unknown - - - ready failed - registered signing-out - removed ready",
  ),
  failed: row(
    "connecting - !not-connected - - - - - drop !flow-unknown !flow-unknown - - - - - connecting registered signing-out - removed failed",
  ),
  "signing-out": row(
    "signing-out - !not-connected - - - - - drop !flow-unknown !flow-unknown - - - - - - - - registered removed signing-out",
  ),
  removed: row(
    "!removed - !removed - !removed - !removed - - !removed !removed !removed !removed !removed - - !removed !removed !removed - - removed",
  ),
};

function row(line: string): Record<EventType, string> {
  const names = Object.keys(EVENTS) as EventType[];
  const cells = line.split(" ");
  expect(cells).toHaveLength(names.length);
  return Object.fromEntries(names.map((name, index) => [name, cells[index]])) as Record<EventType, string>;
}

const at = (state: ConnectionState): Connection => ({ epoch: EPOCH, state });

function move(state: ConnectionState, event: LifecycleEvent) {
  const outcome = transition(at(state), event);
  if (outcome.kind !== "move") throw new Error(`expected a move, got ${outcome.kind}`);
  return outcome;
}

describe("every event in every state has exactly the stated outcome", () => {
  for (const [kind, cells] of Object.entries(MATRIX) as [StateKind, Record<EventType, string>][]) {
    for (const [name, cell] of Object.entries(cells) as [EventType, string][]) {
      test(`${kind} × ${name} → ${cell}`, () => {
        const outcome = transition(at(STATES[kind]), EVENTS[name]);
        if (cell === "-") expect(outcome).toEqual({ kind: "ignore" });
        else if (cell.startsWith("!")) expect(outcome).toEqual({ kind: "reject", code: cell.slice(1) });
        else if (cell === "start" || cell === "drop") {
          expect(outcome).toMatchObject({ kind: "move", connection: { state: STATES[kind] } });
          expect(outcome.kind === "move" && outcome.effects.map(({ type }) => type)).toEqual([
            cell === "start" ? "start-flow" : "drop-flow",
          ]);
        } else expect(outcome).toMatchObject({ kind: "move", connection: { state: { kind: cell } } });
      });
    }
  }
});

describe("results of an earlier attempt are dropped", () => {
  for (const [name, event] of Object.entries(EVENTS).filter(([, candidate]) => "epoch" in candidate)) {
    for (const kind of Object.keys(STATES) as StateKind[]) {
      test(`${kind} × late ${name}`, () => {
        const outcome = transition({ epoch: EPOCH + 1, state: STATES[kind] }, event);
        expect(outcome).toEqual({ kind: "ignore" });
      });
    }
  }
});

test("every new attempt has a new epoch, and its effects carry it", () => {
  const { connection, effects } = move(STATES.registered, EVENTS.connect);
  expect(connection.epoch).toBe(EPOCH + 1);
  expect(effects).toEqual([{ type: "open", epoch: EPOCH + 1 }]);
});

test("a failure makes everything its attempt still brings late", () => {
  expect(move(STATES.connecting, EVENTS["attempt-failed"]).connection.epoch).toBe(EPOCH + 1);
});

describe("a sign-out", () => {
  const leaving: ConnectionState = { kind: "signing-out", wanted: null };
  const effectsOf = (outcome: ReturnType<typeof move>) => outcome.effects.map(({ type }) => type);

  test("ends what is under way and gives the grant back, which is part of the state until it is done", () => {
    const outcome = move(STATES.authenticating, EVENTS["sign-out"]);
    expect(effectsOf(outcome)).toEqual(["close", "drop-flow", "cancel", "end-calls", "sign-out"]);
    expect(outcome.connection).toEqual({ epoch: EPOCH + 1, state: leaving });
    expect(effectsOf(move(leaving, EVENTS.woke))).toEqual(["sign-out"]);
    expect(effectsOf(move(leaving, EVENTS.remove))).toContain("forget");
  });

  test("is waited for by whoever wants the server meanwhile, unless it is closed again", () => {
    const stopping = move(leaving, { type: "connect", goal: "stop", restart: false }).connection.state;
    const wanted = move(stopping, EVENTS.connect).connection.state;
    expect(wanted).toEqual({ kind: "signing-out", wanted: "discover" });
    expect(transition(at(wanted), { type: "connect", goal: "stop", restart: true })).toEqual({ kind: "ignore" });
    expect(move(wanted, EVENTS["signed-out"]).connection).toMatchObject({
      epoch: EPOCH + 1,
      state: { kind: "connecting", goal: "discover" },
    });
    expect(move(wanted, EVENTS.close).connection.state).toEqual(leaving);
  });
});

test("new options restart whatever is under way and drop an open sign-in", () => {
  const { effects } = move(STATES.authenticating, { type: "connect", goal: "discover", restart: true });
  expect(effects.map(({ type }) => type)).toEqual(["close", "drop-flow", "cancel", "open"]);
});

test("an attempt that was to stop when connected goes on for somebody who wants the catalogue", () => {
  const stopping: ConnectionState = { kind: "connecting", attempt: 1, goal: "stop", signIns: 0 };
  expect(move(stopping, EVENTS.connect).connection).toEqual({ epoch: EPOCH, state: { ...stopping, goal: "discover" } });
});

test("a connection that was only to be opened stays connected", () => {
  const stopping: ConnectionState = { kind: "connecting", attempt: 1, goal: "stop", signIns: 0 };
  expect(move(stopping, EVENTS.opened)).toMatchObject({ connection: { state: { kind: "connected" } }, effects: [] });
});

test("a finished sign-in is deleted in the move that leaves it", () => {
  for (const name of ["exchanged", "exchange-failed"] as const) {
    expect(move(STATES.exchanging, EVENTS[name]).effects).toContainEqual({ type: "drop-flow", flowId: FLOW });
  }
  for (const name of ["callback-denied", "flow-expired", "close", "remove"] as const) {
    expect(move(STATES.authenticating, EVENTS[name]).effects).toContainEqual({ type: "drop-flow", flowId: FLOW });
  }
});

test("a callback for another flow than the open one is refused", () => {
  expect(transition(at(STATES.authenticating), { type: "callback-accepted", flowId: "other" })).toEqual({
    kind: "reject",
    code: "flow-unknown",
  });
});

test("a code that was stored but not sent is redeemed after a wake", () => {
  const { connection, effects } = move(STATES.exchanging, { type: "woke", exchange: "accepted" });
  expect(connection.state).toEqual(STATES.exchanging);
  expect(effects).toEqual([{ type: "exchange", flowId: FLOW }]);
});

test("a callback taken just before an eviction is redeemed after the wake", () => {
  const { connection, effects } = move(STATES.authenticating, { type: "woke", exchange: "accepted" });
  expect(connection.state.kind).toBe("exchanging");
  expect(effects).toEqual([{ type: "exchange", flowId: FLOW }]);
});

test("a code that may have been spent is not sent again", () => {
  const { connection, effects } = move(STATES.exchanging, { type: "woke", exchange: "sent" });
  expect(connection.state.kind).toBe("connecting");
  expect(effects.map(({ type }) => type)).toEqual(["drop-flow", "cancel", "open"]);
});

test("waking a ready server costs no network", () => {
  expect(move(STATES.ready, EVENTS.woke)).toMatchObject({
    connection: { epoch: EPOCH, state: { kind: "ready", live: false } },
    effects: [],
  });
});

test.each(["vault-locked", "vault-key-required", "vault-key-invalid"] as const)(
  "waking a server that failed with %s tries again: the host may have its key by now",
  (code) => {
    const locked = { kind: "failed", code, detail: null, cameFrom: "ready", attempt: 1, retryAt: null } as const;
    const { connection, effects } = move(locked, EVENTS.woke);
    expect(connection.state).toMatchObject({ kind: "connecting", attempt: 1 });
    expect(effects.map(({ type }) => type)).toEqual(["open"]);
  },
);

test("a session nobody uses is let go, and the server stays ready", () => {
  const { connection, effects } = move(STATES.ready, EVENTS.idle);
  expect(connection).toEqual({ epoch: EPOCH, state: { kind: "ready", catalogueVersion: 3, live: false } });
  expect(effects).toEqual([{ type: "rest" }]);
});

test("declining more permission leaves the server working with what it has", () => {
  const asking: ConnectionState = { kind: "authenticating", flowId: FLOW, reason: "more-scope", signIns: 0 };
  expect(move(asking, EVENTS["callback-denied"]).connection.state.kind).toBe("connecting");
});

test("asking for more permission does not close the session", () => {
  const { effects } = move(STATES.ready, {
    ...EVENTS["authorization-required"],
    reason: "more-scope",
  } as LifecycleEvent);
  expect(effects.map(({ type }) => type)).toEqual(["schedule"]);
});

test("a server that refuses fresh tokens again and again ends in a named failure, not in another sign-in", () => {
  const again: ConnectionState = { kind: "connecting", attempt: 1, goal: "discover", signIns: MAX_SIGN_INS };
  expect(move(again, EVENTS.unauthorized).connection.state).toMatchObject({ kind: "failed", code: "token-rejected" });
});

test("sign-ins are counted from one to the next", () => {
  const { connection } = move({ kind: "exchanging", flowId: FLOW, reason: "sign-in", signIns: 1 }, EVENTS.exchanged);
  expect(connection.state).toMatchObject({ kind: "connecting", signIns: 2 });
});

describe("sign-ins for a server whose lists can be read", () => {
  const ready = (signIns: number): ConnectionState => ({ kind: "ready", catalogueVersion: 3, live: true, signIns });
  const forbidden: LifecycleEvent = { type: "unauthorized", epoch: EPOCH, challenge: { status: 403, header: null } };

  test("are counted on from the ones it took to read them", () => {
    const { connection } = move({ kind: "discovering", signIns: 2 }, EVENTS.discovered);
    expect(connection.state).toMatchObject({ kind: "ready", signIns: 2 });
    expect(move(connection.state, EVENTS["authorization-required"]).connection.state).toMatchObject({ signIns: 2 });
  });

  test("are forgotten when a call went well", () => {
    expect(move(ready(2), EVENTS.used).connection.state).toMatchObject({ kind: "ready", signIns: undefined });
  });

  test("end when they were in vain: what a call may not do is left, everything else goes on", () => {
    expect(move(ready(MAX_SIGN_INS - 1), forbidden).effects.map(({ type }) => type)).toEqual(["start-flow"]);
    expect(transition(at(ready(MAX_SIGN_INS)), forbidden)).toEqual({ kind: "ignore" });
  });

  test("end when they were in vain: a token that is refused altogether is a named failure", () => {
    const { state } = move(ready(MAX_SIGN_INS), EVENTS.unauthorized).connection;
    expect(state).toMatchObject({ kind: "failed", code: "token-rejected", cameFrom: "ready" });
  });
});

test("a retry is scheduled, counted, and cancelled by an act of a person", () => {
  const failing = move(STATES.connecting, {
    type: "attempt-failed",
    epoch: EPOCH,
    code: "timeout",
    detail: null,
    retryAt: 42,
  });
  expect(failing.connection.state).toMatchObject({ kind: "failed", attempt: 2, retryAt: 42 });
  expect(failing.effects).toContainEqual({ type: "schedule", timer: "retry", at: 42 });
  expect(move(STATES.failed, EVENTS["retry-due"]).connection.state).toMatchObject({ kind: "connecting", attempt: 2 });
  expect(move(STATES.failed, EVENTS.connect).effects).toContainEqual({ type: "cancel", timer: "retry" });
});

test("attempts are counted on when the server answers and its lists do not", () => {
  const { connection } = move(STATES.connecting, EVENTS.opened);
  const failing = move(connection.state, { ...EVENTS["attempt-failed"], retryAt: 42 } as LifecycleEvent);
  expect(failing.connection.state).toMatchObject({ kind: "failed", cameFrom: "discovering", attempt: 2 });
});

test("only the lists that changed are read again", () => {
  expect(move(STATES.ready, EVENTS["catalogue-changed"]).effects).toEqual([
    { type: "discover", epoch: EPOCH, kinds: ["tools"] },
  ]);
  expect(move(STATES.ready, EVENTS.discover).effects).toMatchObject([{ kinds: { length: 4 } }]);
});

test("a failure without a retry date is not tried again by a stray timer", () => {
  const final: ConnectionState = {
    kind: "failed",
    code: "url-blocked",
    detail: null,
    cameFrom: "connecting",
    attempt: 1,
    retryAt: null,
  };
  expect(transition(at(final), EVENTS["retry-due"])).toEqual({ kind: "ignore" });
});

test("only states in which something is under way are unsettled", () => {
  const unsettled = Object.values(STATES).filter((state) => !isSettled(state));
  expect(unsettled.map(({ kind }) => kind)).toEqual([
    "connecting",
    "exchanging",
    "discovering",
    "failed",
    "signing-out",
  ]);
});
