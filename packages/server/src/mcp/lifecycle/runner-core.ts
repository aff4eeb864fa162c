// What the parts of one server's runner share: its row, its session, and the way to say what happened.
import type { HttpChallenge, McpError } from "../errors.ts";
import type { AuthTarget } from "../oauth/oauth.ts";
import type { Listen } from "../options.ts";
import type { SessionFacts } from "../session/session.ts";
import type { TimelineFacts } from "../timeline/recorder.ts";
import type { LifecycleEvent } from "./event.ts";
import type { Look } from "../catalog/freshness.ts";
import type { ServerRow } from "./runner-row.ts";
import type { SessionKeeper } from "./runner-session.ts";
import type { Outcome } from "./transition.ts";

export interface RunnerCore {
  readonly row: ServerRow;
  readonly sessions: SessionKeeper;
  /** Everything authorization needs, without the client secret. */
  target(): AuthTarget;
  /** What another server at the same host was found to be. */
  neighbour(): SessionFacts | null;
  /** When what the server says unasked is listened to. */
  listen(): Listen;
  /** Aborted when the present attempt is over. */
  attempt(): AbortSignal;
  dispatch(event: LifecycleEvent): Outcome;
  /** Write down what is not a move; moves tell of themselves. */
  tell(facts: TimelineFacts): void;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
  /** Resolves with the next move of the state. */
  moved(): Promise<void>;
  /** An attempt failed: asks for a sign-in where the server does. */
  failed(epoch: number, error: McpError): void;
  /** When an attempt that failed like this is made again by itself, in ms since the epoch; `null`: never. */
  retryAt(error: McpError): number | null;
  /** The server is used: lists that are too old are read again beside that. */
  used(look: Exclude<Look, "watched">): void;
  /** Why a call cannot be made in this state. */
  unavailable(): McpError;
}

/** A challenge that signing in can answer; a plain 403 cannot be. */
export function challengeOf(error: McpError): HttpChallenge | null {
  return error.code === "forbidden" ? null : (error.challenge ?? null);
}
