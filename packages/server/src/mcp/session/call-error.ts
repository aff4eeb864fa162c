// Turns whatever a call rejects with into the engine's own error.
import { McpError } from "../errors.ts";
import { RpcError } from "./protocol/rpc-error.ts";

/** Decided by class and code only. `signal` is the caller's: when it is aborted, the call was cancelled, whatever else is said. */
export function toMcpError(thrown: unknown, signal?: AbortSignal): McpError {
  if (signal?.aborted)
    return signal.reason instanceof McpError ? signal.reason : new McpError("aborted", { cause: signal.reason });
  const own = ownError(thrown);
  if (own !== null) return own;
  if (thrown instanceof RpcError) {
    return new McpError("protocol-error", { rpcCode: thrown.code, detail: cleaned(thrown.message), cause: thrown });
  }
  return new McpError("protocol-error", { cause: thrown });
}

/** Ours, as it was or as the cause of a refusal. */
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
