// Calls that reach a server: over the live session, replayed once when the server had forgotten it.
import type { ErrorCode, Tool } from "@agents-internal/protocol";
import { McpError } from "./errors.ts";
import type { CallContext } from "./lifecycle/runner-call.ts";
import type { ServerRunner } from "./lifecycle/runner.ts";
import type { Session } from "./session/session.ts";

export interface CallOverContext extends CallContext {
  /** It changes nothing, or nothing more when it is made twice. */
  readonly isSafe?: boolean;
}

/** What a request that broke off on its way ends with: nobody knows whether it was answered. */
const BROKEN_OFF: ReadonlySet<ErrorCode> = new Set(["session-lost", "host-unreachable", "invalid-response"]);

/**
 * Run `call` over the server's session, opening one when there is none.
 *
 * A server that says it does not know the session has not run the call, so it is made once more over a new one; so is one that
 * broke off, where it is safe. Rejects with `McpError` that names the server.
 */
export async function callOver<T>(
  runner: ServerRunner,
  call: (session: Session) => Promise<T>,
  { isSafe = false, ...context }: CallOverContext = {},
): Promise<T> {
  try {
    return await runner.call(call, context);
  } catch (thrown) {
    const error = McpError.from(thrown);
    // Without a status no answer came: the connection broke, and the call may have been run.
    const wasNotRun = error.code === "session-lost" && error.status !== undefined;
    if (!wasNotRun && !(isSafe && BROKEN_OFF.has(error.code))) throw named(error, runner);
  }
  try {
    return await runner.call(call, context);
  } catch (thrown) {
    throw named(McpError.from(thrown), runner);
  }
}

/** The stored tool that a call means. Some callers name it the way lists show it: `{serverId}.{name}`. */
export function findTool(
  tools: readonly Tool[],
  { serverId, name }: { readonly serverId: string; readonly name: string },
): { readonly name: string; readonly tool: Tool | null } {
  const find = (wanted: string): Tool | null => tools.find((tool) => tool.name === wanted) ?? null;
  const exact = find(name);
  const prefix = `${serverId}.`;
  if (exact || !name.startsWith(prefix)) return { name, tool: exact };
  const bare = name.slice(prefix.length);
  return { name: bare, tool: find(bare) };
}

function named(error: McpError, runner: ServerRunner): McpError {
  if (error.serverId !== undefined) return error;
  const { detail, status, rpcCode, challenge, retryAfter } = error;
  return new McpError(error.code, {
    detail,
    status,
    rpcCode,
    challenge,
    retryAfter,
    serverId: runner.record.id,
    cause: error.cause ?? error,
  });
}
