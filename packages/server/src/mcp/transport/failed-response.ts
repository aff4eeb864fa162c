// Reads an answer whose HTTP status says that it failed.
import { McpError } from "../errors.ts";
import { firstStatusError, isSessionLost, statusError } from "./classify.ts";
import { parseFailure, type RpcFailure } from "./json-rpc.ts";
import { readText } from "./read-body.ts";

const ERROR_BODY_BYTES = 256 * 1024;

export type Failed =
  /** The server speaks JSON-RPC and refused this request: its own error is the answer. */
  { readonly kind: "answer"; readonly error: RpcFailure } | { readonly kind: "error"; readonly error: McpError };

export async function readFailed(
  response: Response,
  context: { readonly isHandshake: boolean; readonly sentSession: boolean },
): Promise<Failed> {
  const { status } = response;
  const failure = parseFailure(await readText(response, ERROR_BODY_BYTES).catch(() => ""));
  const code = failure?.code ?? null;
  const anonymousCode = failure?.id === null ? failure.code : null;
  if (!context.isHandshake && isSessionLost({ status, sentSession: context.sentSession, code, anonymousCode })) {
    return { kind: "error", error: new McpError("session-lost", { status }) };
  }
  if (failure !== null && status < 500 && status !== 429) return { kind: "answer", error: failure };
  return { kind: "error", error: context.isHandshake ? firstStatusError(status) : statusError(status) };
}
