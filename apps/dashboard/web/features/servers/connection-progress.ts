// The four steps of a connection, told from the states a server was seen in.
import type { MCPConnectionState } from "../../model.ts";

export type StepName = "reach" | "sign-in" | "connect" | "list";
export type StepStatus = "done" | "current" | "person" | "waiting" | "skipped" | "failed";

/** One state of a server and when it was first seen (ms, any clock that only goes forward). */
export interface Sighting {
  readonly state: MCPConnectionState;
  readonly at: number;
}

export interface Step {
  readonly name: StepName;
  readonly status: StepStatus;
  /** How long it took, when both ends were seen. */
  readonly ms: number | null;
}

const ORDER: readonly StepName[] = ["reach", "sign-in", "connect", "list"];

/** Number of the step an attempt is at, from 1 to 4. */
export function stepNumber(history: readonly Sighting[]): number {
  return Math.min(stepIndex(history) + 1, ORDER.length);
}

/** Add what is seen now; a new attempt begins with an empty page. Returns the same array when nothing is new. */
export function see(history: readonly Sighting[], state: MCPConnectionState, at: number): readonly Sighting[] {
  const last = history.at(-1);
  if (last?.state === state) return history;
  const rests =
    last === undefined || last.state === "ready" || last.state === "failed" || last.state === "not-connected";
  return rests ? [{ state, at }] : [...history, { state, at }];
}

/** The steps of the current attempt. `history` may be incomplete: a page opened late has seen only the end. */
export function stepsOf(history: readonly Sighting[]): readonly Step[] {
  const now = history.at(-1)?.state;
  const askedToSignIn = history.some((seen) => seen.state === "authenticating");
  const reached = stepIndex(history);
  return ORDER.map((name, index) => ({
    name,
    status: statusOf(index, reached, now, askedToSignIn),
    ms: duration(history, name),
  }));
}

/** How far the attempt came, as an index into ORDER; one past the end when it is ready. */
function stepIndex(history: readonly Sighting[]): number {
  let signedIn = false;
  let index = 0;
  for (const { state } of history) {
    if (state === "authenticating") {
      signedIn = true;
      index = 1;
    } else if (state === "connecting") index = signedIn ? 2 : 0;
    else if (state === "connected") index = 2;
    else if (state === "discovering") index = 3;
    else if (state === "ready") index = ORDER.length;
  }
  return index;
}

function statusOf(
  index: number,
  reached: number,
  now: MCPConnectionState | undefined,
  askedToSignIn: boolean,
): StepStatus {
  if (index < reached) return ORDER[index] === "sign-in" && !askedToSignIn ? "skipped" : "done";
  if (index > reached) return "waiting";
  if (now === "failed") return "failed";
  return now === "authenticating" ? "person" : "current";
}

const STATES_OF: Record<StepName, (history: readonly Sighting[]) => readonly [number, number]> = {
  reach: (history) => span(history, 0, (state) => state === "connecting"),
  "sign-in": (history) => span(history, 0, (state) => state === "authenticating"),
  connect: (history) => {
    const signIn = history.findLastIndex((seen) => seen.state === "authenticating");
    // Without a sign-in "connecting" is reaching the server; after one it is the second connection, the one that lasts.
    return span(history, signIn + 1, (state) => state === "connected" || (signIn !== -1 && state === "connecting"));
  },
  list: (history) => span(history, 0, (state) => state === "discovering"),
};

function span(
  history: readonly Sighting[],
  from: number,
  belongs: (state: MCPConnectionState) => boolean,
): readonly [number, number] {
  const start = history.findIndex((seen, index) => index >= from && belongs(seen.state));
  const end = start === -1 ? -1 : history.findIndex((seen, index) => index > start && !belongs(seen.state));
  return [start, end];
}

function duration(history: readonly Sighting[], name: StepName): number | null {
  const [start, end] = STATES_OF[name](history);
  const first = history[start];
  const after = history[end];
  if (!first || !after) return null;
  return after.at - first.at;
}
