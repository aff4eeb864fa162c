// What happened to one MCP server, step by step: kept for whoever asks why it failed. Nothing in it is secret.
import type { ErrorCode } from "./error-code.ts";
import type { MCPConnectionState } from "./mcp-connection-state.ts";

/** What happened. Names may be added; show one that is not known as it is. */
export type TimelineStep =
  // the connection
  | "added"
  | "connecting"
  | "retrying"
  /** Begun anew because the host was loaded from storage in the middle of it. */
  | "restarted"
  | "connected"
  | "listing"
  | "ready"
  | "lists-changed"
  /** The lists could not be read again; what was known of them stays. */
  | "lists-unreadable"
  /** One list (`detail` says which) could not be read, was cut, or lacks items; see `list_problems`. */
  | "list-incomplete"
  | "failed"
  | "disconnected"
  | "session-lost"
  | "session-reopened"
  // signing in
  /** The server answered 401, or 403 where it asks for more permission. */
  | "unauthorized"
  /** One address was asked for a description of how to sign in. */
  | "probe"
  | "client-chosen"
  | "sign-in-prepared"
  | "sign-in-needed"
  /** A browser was sent to the provider. */
  | "sign-in-opened"
  | "callback-accepted"
  | "callback-denied"
  /** A browser came back with an answer that was not genuine or not usable; nothing changed. */
  | "callback-refused"
  | "signed-in"
  | "exchange-failed"
  | "sign-in-expired"
  /** More permission could not be asked for; what was granted before still works. */
  | "step-up-failed"
  // the grant
  | "token-obtained"
  | "token-refreshed"
  | "refresh-failed"
  /** The provider ended the grant. */
  | "refresh-refused"
  /** The sign-in is given back because somebody asked for it. */
  | "signed-out"
  /** What the provider made of a sign-in that was given back. */
  | "revoked"
  /** A check was weakened as the operator of this server allowed. */
  | "exception-used";

/**
 * What comes next. `retry`: it is tried again by itself. `sign-in`: a person has to. `ask-again`: the same may succeed
 * later. `mend`: something has to be changed first, see the code in the table of errors.
 */
export type TimelineNext = "retry" | "sign-in" | "ask-again" | "mend";

export interface TimelineEntry {
  /** Counts up from 1 for each server. The oldest entries are dropped. */
  readonly number: number;
  /** ms since the epoch; of the last time when it happened several times in a row. */
  readonly at: number;
  /** How often it happened in a row. */
  readonly times: number;
  readonly step: TimelineStep;
  /** Where the server stood afterwards; `null`: where it stood before. */
  readonly state: MCPConnectionState | null;
  readonly code: ErrorCode | null;
  /** HTTP status. */
  readonly status: number | null;
  /** Who was asked. */
  readonly host: string | null;
  /** The address that was asked, without its query; parts that look like keys are hidden. */
  readonly url: string | null;
  /** Words for a person, safe to be pasted anywhere; cut at 200 characters. */
  readonly detail: string | null;
  readonly next: TimelineNext | null;
  /** ms since the epoch: when it is tried again, or until when a person can sign in. */
  readonly nextAt: number | null;
}
