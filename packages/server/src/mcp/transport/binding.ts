// Talks to an MCP server that is an object of the same platform: one call of its method for each message.
import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { McpError } from "../errors.ts";
import type { McpPeer } from "../ports.ts";
import type { HttpTransport } from "./http-transport.ts";
import { isRecord } from "../is-record.ts";
import { answeredId, asRequest, type MessageId, readMessages } from "./json-rpc.ts";
import { originalMethod } from "./request-headers.ts";
import { understood } from "./result-type.ts";

/** ms for reaching the object, and for what is no request; the client keeps the time of a request itself. */
const PEER_MS = 60_000;

export interface BindingTransportOptions {
  /** Reaches the object. */
  readonly open: () => Promise<McpPeer>;
  /** The object was restarted while it worked, and the session with it. Called once, not after `close()`. */
  readonly onSessionLost: () => void;
}

/**
 * A call that was cancelled, and everything at `close()`, is no longer waited for; what the object still does about it
 * is told nobody.
 */
export function createBindingTransport({ open, onSessionLost }: BindingTransportOptions): HttpTransport {
  const waiting = new Map<MessageId, AbortController>();
  let isClosed = false;
  let peer: McpPeer | null = null;

  const transport: HttpTransport = {
    async start() {
      try {
        peer = await within(open(), null);
      } catch (error) {
        throw McpError.from(error, "host-unreachable");
      }
    },
    send,
    close: async () => void end(),
    endSession: () => Promise.resolve(),
    standing: Promise.resolve("none"),
  };
  return transport;

  function end(): boolean {
    if (isClosed) return false;
    isClosed = true;
    for (const call of waiting.values()) call.abort();
    transport.onclose?.();
    return true;
  }

  async function send(message: JSONRPCMessage): Promise<void> {
    if (peer === null || isClosed) throw new McpError("not-connected");
    const outgoing = originalMethod(message);
    const cancelled = cancelledId(outgoing);
    if (cancelled !== null) waiting.get(cancelled)?.abort();
    const request = asRequest(outgoing);
    const call = new AbortController();
    if (request !== null) waiting.set(request.id, call);
    try {
      const answer = await within(peer.handleMcpMessage(outgoing), request === null ? null : call.signal);
      await deliver(readMessages(answer));
    } catch (error) {
      if (!call.signal.aborted) throw failure(error, request?.method ?? null);
    } finally {
      if (request !== null) waiting.delete(request.id);
    }
  }

  async function deliver(messages: readonly JSONRPCMessage[]): Promise<void> {
    for (const message of messages) {
      if (isClosed) return;
      transport.onmessage?.(understood(message));
      // See streamable-http.ts: an answer must not overtake the progress before it.
      if (answeredId(message) === null) await Promise.resolve();
    }
  }

  function failure(thrown: unknown, method: string | null): McpError {
    if (thrown instanceof McpError) return thrown;
    // The flags of the platform's own errors; see "Error handling" in its documentation of Durable Objects.
    const { durableObjectReset, overloaded, retryable } = isRecord(thrown) ? thrown : {};
    if (durableObjectReset === true) {
      if (end()) onSessionLost();
      return new McpError("session-lost", { cause: thrown });
    }
    if (overloaded === true || retryable === true) return new McpError("host-unreachable", { cause: thrown });
    const isHandshake = method === "initialize" || method === "server/discover";
    return new McpError(isHandshake ? "not-an-mcp-server" : "protocol-error", { cause: thrown });
  }
}

/** The request that a message takes back. */
function cancelledId(message: JSONRPCMessage): MessageId | null {
  if (!("method" in message) || message.method !== "notifications/cancelled") return null;
  const id: unknown = message.params?.["requestId"];
  return typeof id === "string" || typeof id === "number" ? id : null;
}

/** `signal: null`: bounded by time instead. */
function within<T>(work: Promise<T>, signal: AbortSignal | null): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new McpError(signal === null ? "timeout" : "aborted"));
    const timer = signal === null ? setTimeout(stop, PEER_MS) : null;
    signal?.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => timer !== null && clearTimeout(timer));
  });
}
