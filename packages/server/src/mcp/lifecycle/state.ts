// What a connection to one MCP server can be, as it is stored.
import type { AuthReason, ErrorCode } from "@agents-internal/protocol";

/** What an attempt is for: `stop` ends at `connected`, `discover` goes on to `ready`. */
export type Goal = "stop" | "discover";

/** Where a failure happened, so that "retry" needs no guess. */
export type FailureOrigin = "connecting" | "authenticating" | "exchanging" | "discovering" | "ready";

/** A sign-in under way. */
export interface SigningIn {
  readonly flowId: string;
  readonly reason: AuthReason;
  readonly signIns: number;
  /** The server works without a sign-in, and only some call asks for one. Absent: no. */
  readonly anonymous?: true | undefined;
}

/**
 * One connection's state. Stored as it is; never inferred from other columns.
 *
 * `signIns` counts the sign-ins since the server last worked: a provider that hands out tokens which the
 * server then refuses must not send a person round in circles.
 */
export type ConnectionState =
  | { readonly kind: "registered" }
  | { readonly kind: "connecting"; readonly attempt: number; readonly goal: Goal; readonly signIns: number }
  | ({ readonly kind: "authenticating" } & SigningIn)
  | ({ readonly kind: "exchanging" } & SigningIn)
  | { readonly kind: "connected" }
  | {
      readonly kind: "discovering";
      readonly signIns: number;
      /** Of the connecting before it, where it was not the first one. */
      readonly attempt?: number | undefined;
    }
  | {
      readonly kind: "ready";
      readonly catalogueVersion: number;
      readonly live: boolean;
      /** Absent: none. A server whose lists can be read has not worked before a call has, too. */
      readonly signIns?: number | undefined;
      /** ms since the epoch at which the oldest of its lists was read. Absent: before that was kept. */
      readonly listedAt?: number | undefined;
    }
  | {
      readonly kind: "failed";
      readonly code: ErrorCode;
      readonly detail: string | null;
      /** HTTP status of the answer that failed. */
      readonly status?: number | undefined;
      readonly cameFrom: FailureOrigin;
      /** Attempts made so far. */
      readonly attempt: number;
      /** ms since the epoch; `null`: nothing happens until somebody asks. */
      readonly retryAt: number | null;
    }
  /** The grant is being given back. `wanted`: somebody asked for the server meanwhile. */
  | { readonly kind: "signing-out"; readonly wanted: Goal | null }
  | { readonly kind: "removed" };

export type StateKind = ConnectionState["kind"];

/** A state and the number of the attempt it belongs to. Results of an earlier attempt are dropped. */
export interface Connection {
  readonly epoch: number;
  readonly state: ConnectionState;
}

export const NEW_CONNECTION: Connection = { epoch: 0, state: { kind: "registered" } };

/** Sign-ins in a row after which a refused token is the server's fault, not the person's. */
export const MAX_SIGN_INS = 3;

/** The number of the attempt that is under way; 1 where none is. */
export function attemptOf(state: ConnectionState): number {
  return state.kind === "connecting" || state.kind === "discovering" ? (state.attempt ?? 1) : 1;
}

/** True when what worked before a sign-in was asked for goes on without it: with fewer scopes, or with no grant at all. */
export function goesOn({ reason, anonymous }: SigningIn): boolean {
  return reason === "more-scope" || anonymous === true;
}

/** True when nothing is under way: the outcome of the last request is known. */
export function isSettled(state: ConnectionState): boolean {
  switch (state.kind) {
    case "registered":
    case "authenticating":
    case "connected":
    case "ready":
    case "removed":
      return true;
    case "failed":
      return state.retryAt === null;
    case "connecting":
    case "exchanging":
    case "discovering":
    case "signing-out":
      return false;
  }
}
