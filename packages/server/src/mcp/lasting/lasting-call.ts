// A call that goes on after its first answer, and may outlive the isolate it was made in: what is known of it, and what continues it.
import type { CallToolResult, ErrorCode, JsonObject } from "@agents-internal/protocol";
import type { Round } from "../elicitation/people.ts";
import type { McpError } from "../errors.ts";

/**
 * What continues a call. Stored sealed, because it may hold what opens the server's work, arguments or answers of a person.
 * Each kind has a {@link CallDriver}.
 */
export type Continuation =
  /** Nothing: its request is under way in this life of the host. Not stored. */
  { readonly kind: "sent" } | AskedContinuation | TaskContinuation;

/** The server made a task of it, and is asked how that stands. */
export interface TaskContinuation {
  readonly kind: "task";
  readonly taskId: string;
  /** ms since the epoch until which the server keeps it; `null`: unknown. */
  readonly expiresAt: number | null;
  /** ms, as the server said last. */
  readonly pollInterval: number | null;
  /** Questions that were answered; the server may go on showing them for a while. */
  readonly answered: readonly string[];
}

/** The server answered with questions, and people are asked. */
export interface AskedContinuation {
  readonly kind: "asked";
  readonly round: Round;
  /** Those that are there already, by the names of the questions. */
  readonly answers: JsonObject;
}

/** A call as it is stored in clear. Times are ms since the epoch. */
export interface CallRecord {
  readonly id: string;
  readonly serverId: string;
  /** Of the tool. */
  readonly name: string;
  readonly createdAt: number;
  /** Given up then, whatever the server says. */
  readonly deadline: number;
  /** Begun to outlive whoever began it: its outcome is kept also when somebody waits for it. */
  readonly detached: boolean;
  readonly state: CallState;
}

export type CallState =
  | {
      readonly kind: "working";
      /** What the server said last of its work. */
      readonly message: string | null;
      /** It waits for an answer to a question. */
      readonly asks: boolean;
      /** Steps in a row that came to nothing. */
      readonly failures: number;
    }
  | { readonly kind: "completed"; readonly settledAt: number }
  | { readonly kind: "failed"; readonly settledAt: number; readonly error: CallFailure };

export type WorkingCall = CallRecord & { readonly state: Extract<CallState, { kind: "working" }> };

export function isWorking(record: CallRecord): record is WorkingCall {
  return record.state.kind === "working";
}

/** An `McpError` as plain data. */
export interface CallFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly detail?: string | undefined;
  readonly rpcCode?: number | undefined;
}

export type CallOutcome =
  | { readonly kind: "completed"; readonly result: CallToolResult }
  | { readonly kind: "failed"; readonly error: McpError };

/** What one step of a call came to. A step that throws is made again later when its error may pass, else ends the call. */
export type Step =
  | { readonly kind: "settled"; readonly outcome: CallOutcome }
  | {
      readonly kind: "waiting";
      /** Where it changed. */
      readonly continuation?: Continuation | undefined;
      /** ms since the epoch of the next step; `null`: when the driver asks for it. The deadline counts in any case. */
      readonly dueAt: number | null;
      readonly message?: string | null;
      readonly asks?: boolean;
    };

/** Goes on with calls of one kind of continuation. Keeps in memory only what can be found out again. */
export interface CallDriver<C extends Continuation = Continuation> {
  /** Never runs twice at the same time for one call. */
  step(call: WorkingCall, continuation: C): Promise<Step>;
  /** ms that have to pass between two steps also when the first one failed. */
  pace(continuation: C): number;
  /** The call is stored with this continuation. */
  took?(call: CallRecord, continuation: C): void;
  /** Tell the server that nobody wants it any more. Best effort, bounded in time. */
  cancel(call: CallRecord, continuation: C): Promise<void>;
  /** The call is over: let go of what is in memory for it. */
  release(callId: string): void;
}

export type CallDrivers = { readonly [K in Continuation["kind"]]: CallDriver<Extract<Continuation, { kind: K }>> };

/** One call as `mcp.listCalls()` and `mcp.onCallSettled()` show it: plain data, free of what was asked and answered. */
export type MCPCall = {
  readonly id: string;
  readonly serverId: string;
  readonly name: string;
  /** ms since the epoch, as all times here. */
  readonly createdAt: number;
  readonly deadline: number;
} & (
  | { readonly status: "working" | "input-required"; readonly message: string | null }
  | { readonly status: "completed"; readonly settledAt: number }
  | { readonly status: "failed"; readonly settledAt: number; readonly error: CallFailure }
);

/** As {@link MCPCall}, with what a completed call came to. */
export type MCPCallWithResult =
  | Exclude<MCPCall, { status: "completed" }>
  | (Extract<MCPCall, { status: "completed" }> & { readonly result: CallToolResult });

export function toPublicCall({ id, serverId, name, createdAt, deadline, state }: CallRecord): MCPCall {
  const facts = { id, serverId, name, createdAt, deadline };
  switch (state.kind) {
    case "working":
      return { ...facts, status: state.asks ? "input-required" : "working", message: state.message };
    case "completed":
      return { ...facts, status: "completed", settledAt: state.settledAt };
    case "failed":
      return { ...facts, status: "failed", settledAt: state.settledAt, error: state.error };
  }
}

export function toFailure({ code, message, retryable, detail, rpcCode }: McpError): CallFailure {
  return {
    code,
    message,
    retryable,
    ...(detail !== undefined && { detail }),
    ...(rpcCode !== undefined && { rpcCode }),
  };
}
