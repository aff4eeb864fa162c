// What a server says by itself: its requests are answered, its notifications heard.
import type { Log } from "../../ports.ts";
import { McpError } from "../../errors.ts";
import type { MessageId, RpcAnswer, RpcParams, RpcRequest, RpcUnasked } from "../../transport/json-rpc.ts";
import { RPC_CODES, RpcError } from "./rpc-error.ts";

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
    const handler = requests.get(method);
    const stop = new AbortController();
    running.set(id, stop);
    try {
      if (handler === undefined) throw new RpcError(RPC_CODES.methodNotFound, "Method not found");
      const result = { ...(await handler(params, stop.signal)) };
      if (!stop.signal.aborted) await tell({ jsonrpc: "2.0", id, result });
    } catch (thrown) {
      // The way to the server is blocked: that cannot be told either.
      if (!stop.signal.aborted && !(thrown instanceof McpError))
        await tell({ jsonrpc: "2.0", id, error: toWire(thrown) });
    } finally {
      if (running.get(id) === stop) running.delete(id);
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

function toWire(thrown: unknown): { readonly code: number; readonly message: string; readonly data?: unknown } {
  if (!(thrown instanceof RpcError)) return { code: RPC_CODES.internalError, message: "Internal error" };
  const { code, message, data } = thrown;
  return { code, message, ...(data !== undefined && { data }) };
}
