// Turns whatever the protocol client rejects with into the engine's own error.
import { ProtocolError, SdkError, SdkErrorCode } from "@modelcontextprotocol/client";
import type { ErrorCode } from "@agents-internal/protocol";
import { McpError } from "../errors.ts";

const CODES: Readonly<Partial<Record<SdkErrorCode, ErrorCode>>> = {
  [SdkErrorCode.RequestTimeout]: "timeout",
  [SdkErrorCode.ConnectionClosed]: "session-lost",
  [SdkErrorCode.NotConnected]: "not-connected",
  [SdkErrorCode.InvalidResult]: "invalid-response",
};

/** Decided by class and code only. `signal` is the caller's: when it is aborted, the call was cancelled, whatever else is said. */
export function fromSdkError(thrown: unknown, signal?: AbortSignal): McpError {
  if (signal?.aborted)
    return signal.reason instanceof McpError ? signal.reason : new McpError("aborted", { cause: signal.reason });
  const own = ownError(thrown);
  if (own !== null) return own;
  if (thrown instanceof ProtocolError) {
    return new McpError("protocol-error", { rpcCode: thrown.code, detail: cleaned(thrown.message), cause: thrown });
  }
  if (thrown instanceof SdkError) return new McpError(CODES[thrown.code] ?? "protocol-error", { cause: thrown });
  return new McpError("protocol-error", { cause: thrown });
}

/** Ours, as it was or as the cause of what the client made of it. */
function ownError(thrown: unknown): McpError | null {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) {
    if (error instanceof McpError) return error;
  }
  return null;
}

/** Text from a server, fit for a log line and for eyes: one line, nothing invisible or that turns the direction, not long. */
export function cleaned(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]+/gu, " ").slice(0, 500);
}
