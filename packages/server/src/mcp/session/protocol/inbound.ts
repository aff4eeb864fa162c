// What a server says by itself: its requests are answered, its notifications heard.
import type { Log } from "../../ports.ts";
import { McpError } from "../../errors.ts";
import type { MessageId, RpcAnswer, RpcParams, RpcRequest, RpcUnasked } from "../../transport/json-rpc.ts";
import { RPC_CODES, RpcError } from "./rpc-error.ts";

/** Of a server's own requests at a time, as many as anybody needs; each is work of the app's, and its answer a request. */
const MOST_REQUESTS = 64;

/** Answers one request. An `RpcError` is told to the server; what else is thrown is nobody's business but ours. */
export type RequestHandler = (params: RpcParams, signal: AbortSignal) => Promise<object>;
export type NotificationHandler = (params: RpcParams) => void;

export interface InboundOptions {
  readonly requests: ReadonlyMap<string, RequestHandler>;
  readonly notifications: ReadonlyMap<string, NotificationHandler>;
  /** A server of the modern era has no requests of its own. */
  readonly hasRequests: () => boolean;
  readonly tell: (answer: RpcAnswer) => Promise<void>;
  readonly log: Log;
  readonly serverId: string;
}

export interface Inbound {
  /** Never throws. */
  receive(message: RpcUnasked): void;
  /** Nobody needs the answers any more. */
  close(): void;
}

export function createInbound(options: InboundOptions): Inbound {
  const { requests, tell } = options;
  const running = new Map<MessageId, AbortController>();

  const hear = (method: string, params: RpcParams): void => {
    try {
      if (method === "notifications/cancelled")
        running.get(params.requestId as MessageId)?.abort(new McpError("aborted"));
      options.notifications.get(method)?.(params);
    } catch (error) {
      options.log.warn("mcp-notification-failed", { serverId: options.serverId, code: McpError.from(error).code });
    }
  };

  const answer = async ({ id, method, params = {} }: RpcRequest): Promise<void> => {
    // More at once, or one twice, is no server that waits for answers.
    if (running.has(id) || running.size >= MOST_REQUESTS) return;
    const stop = new AbortController();
    running.set(id, stop);
    try {
      const found = await handled(requests.get(method), params, stop.signal);
      if (stop.signal.aborted) return;
      await tell({ jsonrpc: "2.0", id, ...found }).catch((thrown: unknown) => {
        // Either the way to the server is blocked, or what a handler gave is no JSON.
        if (!(thrown instanceof McpError)) return tell({ jsonrpc: "2.0", id, error: toWire(thrown) });
        return undefined;
      });
    } finally {
      running.delete(id);
    }
  };

  return {
    receive(message) {
      if (!("id" in message)) hear(message.method, message.params ?? {});
      else if (options.hasRequests()) answer(message).catch(() => undefined);
    },
    close() {
      for (const stop of running.values()) stop.abort(new McpError("not-connected"));
      running.clear();
    },
  };
}

async function handled(
  handler: RequestHandler | undefined,
  params: RpcParams,
  signal: AbortSignal,
): Promise<{ readonly result: RpcParams } | { readonly error: ReturnType<typeof toWire> }> {
  try {
    if (handler === undefined) throw new RpcError(RPC_CODES.methodNotFound, "Method not found");
    return { result: { ...(await handler(params, signal)) } };
  } catch (thrown) {
    return { error: toWire(thrown) };
  }
}

function toWire(thrown: unknown): { readonly code: number; readonly message: string; readonly data?: unknown } {
  if (!(thrown instanceof RpcError)) return { code: RPC_CODES.internalError, message: "Internal error" };
  const { code, message, data } = thrown;
  return { code, message, ...(data !== undefined && { data }) };
}
