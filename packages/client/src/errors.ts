// The errors a client can see, each with a stable code.
import { type ErrorCode, isTerminalCloseCode } from "@agents-internal/protocol";

/**
 * A call, or the use of the client, failed.
 *
 * `code` is an `ErrorCode` of ours; an agent built on another implementation sends none, and then it is `call-failed`.
 * Codes made here: `connection-closed`, `call-timeout`, `option-invalid`.
 */
export class AgentError extends Error {
  override readonly name: string = "AgentError";
  readonly code: ErrorCode | (string & {});

  constructor(code: ErrorCode | (string & {}), message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The part of a WebSocket close event that says why. */
export interface CloseReason {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/**
 * The connection ended and is not tried again.
 *
 * `code` is the WebSocket close code (RFC 6455 section 7.4), not an `ErrorCode`.
 */
export class AgentConnectionError extends Error {
  override readonly name = "AgentConnectionError";
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;

  constructor({ code, reason, wasClean }: CloseReason) {
    super(`The agent closed the connection (${code}${reason && `: ${reason}`})`);
    this.code = code;
    this.reason = reason;
    this.wasClean = wasClean;
  }
}

/** True when connecting again cannot help: close code 1008, or 4000 to 4999. */
export function isTerminalCloseEvent(event: { readonly code: number }): boolean {
  return isTerminalCloseCode(event.code);
}
