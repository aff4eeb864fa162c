// What an agent throws when it refuses something by itself.
import { ERROR_CODES, type ErrorCode } from "@agents-internal/protocol";

/** `code` is stable and decides what to do; `message` is for people. */
export class AgentError extends Error {
  override readonly name = "AgentError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string = ERROR_CODES[code].message, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** What a client may learn about something that was thrown: the message and a code, never a stack. */
export function describeError(thrown: unknown): { readonly error: string; readonly code: string } {
  const { message, code } = Object(thrown) as { message?: unknown; code?: unknown };
  return {
    error: typeof message === "string" && message !== "" ? message : ERROR_CODES["call-failed"].message,
    code: typeof code === "string" && CODE.test(code) ? code : "call-failed",
  };
}

const CODE = /^[A-Za-z0-9_.-]{1,64}$/;
