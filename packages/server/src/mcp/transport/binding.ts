// Talks to an MCP server that is an object of the same platform: one call of its method for each message.
import { McpError } from "../errors.ts";
import { isRecord } from "../is-record.ts";
import type { McpPeer } from "../ports.ts";
import { createAwaitedAnswers } from "./awaited-answers.ts";
import { isAnswer, readMessages, type RpcMessage } from "./json-rpc.ts";
import { untilTakenBack } from "./take-back.ts";
import type { Transport, TransportEvents } from "./transport.ts";

/** ms for reaching the object, and for what is no request; whoever makes a request keeps its time. */
const PEER_MS = 60_000;

export interface BindingTransportOptions extends TransportEvents {
  /** Reaches the object. */
  readonly open: () => Promise<McpPeer>;
}

/**
 * A call that was cancelled, and everything at `close()`, is no longer waited for; what the object still does about it
 * is told nobody.
 */
export function createBindingTransport({ open, receive, onSessionLost }: BindingTransportOptions): Transport {
  const answers = createAwaitedAnswers();
  let isClosed = false;
  let peer: McpPeer | null = null;

  const transport: Transport = {
    endsWithConnection: false,
    sessionId: null,
    standing: Promise.resolve("none"),
    async start() {
      try {
        peer = await within(open(), null);
      } catch (error) {
        throw McpError.from(error, "host-unreachable");
      }
    },
    request(message, sending) {
      const stop = new AbortController();
      return untilTakenBack(sending, stop, transport.tell, () =>
        answers.to(message.id, stop.signal, () => send(message, stop.signal)),
      );
    },
    tell: (message) => send(message, null),
    agreed: () => undefined,
    listen: () => undefined,
    endSession: () => Promise.resolve(),
    close: () => void end(new McpError("not-connected")),
  };
  return transport;

  /** `false`: it was over already. */
  function end(reason: McpError): boolean {
    if (isClosed) return false;
    isClosed = true;
    answers.end(reason);
    return true;
  }

  async function send(message: RpcMessage, signal: AbortSignal | null): Promise<void> {
    if (peer === null || isClosed) throw new McpError("not-connected");
    let said: unknown;
    try {
      said = await within(peer.handleMcpMessage(message), signal);
    } catch (error) {
      throw failure(error, "method" in message ? message.method : null);
    }
    for (const heard of readMessages(said)) {
      if (isClosed) return;
      if (isAnswer(heard)) answers.came(heard);
      else receive(heard);
    }
  }

  function failure(thrown: unknown, method: string | null): McpError {
    if (thrown instanceof McpError) return thrown;
    // The flags of the platform's own errors; see "Error handling" in its documentation of Durable Objects.
    const { durableObjectReset, overloaded, retryable } = isRecord(thrown) ? thrown : {};
    if (durableObjectReset === true) {
      const error = new McpError("session-lost", { cause: thrown });
      if (end(error)) onSessionLost();
      return error;
    }
    if (overloaded === true || retryable === true) return new McpError("host-unreachable", { cause: thrown });
    const isHandshake = method === "initialize" || method === "server/discover";
    return new McpError(isHandshake ? "not-an-mcp-server" : "protocol-error", { cause: thrown });
  }
}

/** `signal: null`: bounded by time instead. */
function within<T>(work: Promise<T>, signal: AbortSignal | null): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal?.reason ?? new McpError("timeout"));
    const timer = signal === null ? setTimeout(stop, PEER_MS) : null;
    signal?.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => timer !== null && clearTimeout(timer));
  });
}
