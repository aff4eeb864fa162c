// The streamable HTTP transport of both eras: one POST a message.
import {
  type JSONRPCMessage,
  PROTOCOL_VERSION_META_KEY,
  type TransportSendOptions,
} from "@modelcontextprotocol/client";
import { McpError } from "../errors.ts";
import type { Clock, Log } from "../ports.ts";
import type { AuthorizedFetch } from "./authorized-fetch.ts";
import { mediaType, statusError } from "./classify.ts";
import { readFailed } from "./failed-response.ts";
import type { HttpTransport, StreamEnd } from "./http-transport.ts";
import { asRequest, type MessageId } from "./json-rpc.ts";
import { readAnswer } from "./read-answer.ts";
import { discard } from "./read-body.ts";
import { bodyHeaders, originalMethod } from "./request-headers.ts";
import { followServerStream } from "./server-stream.ts";
import { type Wait, wait } from "./wait.ts";

const SESSION_ID = /^[\x21-\x7e]{1,1024}$/;
const END_SESSION_MS = 2000;
/** A server that has not answered the probe of the modern era by then is asked the old way. */
const PROBE_MS = 10_000;

export interface StreamableHttpOptions {
  readonly url: string;
  readonly fetch: AuthorizedFetch;
  readonly clock: Clock;
  readonly log: Log;
  readonly serverId: string;
  /** Go on with a session of the legacy era: `initialize` is answered from here, and nothing is posted for the handshake. */
  readonly resume?:
    | { readonly sessionId: string | null; readonly initializeResult: Record<string, unknown> }
    | undefined;
  /** The server said that it does not know the session. Called once. */
  readonly onSessionLost: () => void;
  /** What the server says unasked is heard again; what it said meanwhile is lost. */
  readonly onGap: () => void;
  /** Whether the stream for what the server says unasked is opened; default: it is. */
  readonly listens?: boolean;
  readonly wait?: Wait;
}

/**
 * `send` of a request stays pending until its answer was delivered, so whatever goes wrong on the way rejects that request, with an
 * `McpError`.
 */
export function createStreamableHttp(options: StreamableHttpOptions): HttpTransport {
  const { url, clock, log, serverId, wait: pause = wait } = options;
  const closed = new AbortController();
  const inFlight = new Map<MessageId, AbortController>();
  // Every exchange has a controller of its own: listeners on one signal that lives as long as the session would pile up.
  const exchanges = new Set<AbortController>();
  let stream = new AbortController();
  let resume = options.resume;
  // Hidden while resuming: for a transport that has one the client skips its handshake, and with it the server's capabilities.
  let sessionId: string | null = null;
  let protocolVersion: string | undefined;
  let hadStream = false;
  let standing: Promise<StreamEnd> = Promise.resolve("none");
  let lost = false;

  const deliver = (message: JSONRPCMessage): void => transport.onmessage?.(message);

  const reportLost = (): void => {
    if (!lost) options.onSessionLost();
    lost = true;
  };

  const connectionHeaders = (): Record<string, string> => ({
    ...(sessionId !== null && { "mcp-session-id": sessionId }),
    ...(protocolVersion !== undefined && { "mcp-protocol-version": protocolVersion }),
  });

  const post = (
    message: JSONRPCMessage,
    extra: Readonly<Record<string, string>>,
    signal: AbortSignal,
    headMs?: null,
  ): Promise<Response> => {
    const headers = {
      ...extra,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...connectionHeaders(),
      ...bodyHeaders(message),
    };
    return options.fetch({
      url,
      method: "POST",
      headers,
      body: JSON.stringify(message),
      signal,
      ...(headMs === null && { headMs }),
    });
  };

  const openStream = async (
    lastEventId: string | null,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array> | null> => {
    const headers = {
      accept: "text/event-stream",
      ...connectionHeaders(),
      ...(lastEventId !== null && { "last-event-id": lastEventId }),
    };
    const response = await options.fetch({ url, method: "GET", headers, signal });
    if (response.ok && response.body !== null && mediaType(response) === "text/event-stream") {
      hadStream = true;
      return response.body;
    }
    discard(response);
    // A server that never had this stream may say 404 too; one that had it has forgotten the session.
    if (response.status === 404 && sessionId !== null && hadStream) reportLost();
    // 409: the server has not noticed yet that the stream before this one is gone.
    if (response.status >= 500 || response.status === 409 || response.status === 429)
      throw statusError(response.status);
    return null;
  };

  const listen = (): void => {
    if (options.listens === false) return;
    const open = (lastEventId: string | null): Promise<ReadableStream<Uint8Array> | null> => {
      exchanges.delete(stream);
      stream = new AbortController();
      exchanges.add(stream);
      return openStream(lastEventId, stream.signal);
    };
    const { onGap } = options;
    standing = followServerStream({ open, deliver, onGap, signal: closed.signal, clock, log, serverId, wait: pause });
  };

  const failed = async (response: Response, method: string | null, id: MessageId | null): Promise<void> => {
    const isHandshake = method === "initialize" || method === "server/discover";
    const { kind, error } = await readFailed(response, { isHandshake, sentSession: sessionId !== null });
    if (kind === "answer") {
      if (id === null) throw statusError(response.status);
      return deliver({ jsonrpc: "2.0", id, error: { code: error.code, message: error.message, data: error.data } });
    }
    if (error.code === "session-lost") reportLost();
    throw error;
  };

  const ask = async (
    message: JSONRPCMessage,
    request: { id: MessageId; method: string },
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<void> => {
    const response = await post(message, headers, signal, null);
    if (!response.ok) return failed(response, request.method, request.id);
    if (request.method === "initialize") {
      const offered = response.headers.get("mcp-session-id");
      sessionId = offered !== null && SESSION_ID.test(offered) ? offered : null;
    }
    const isModern = "params" in message && message.params?._meta?.[PROTOCOL_VERSION_META_KEY] !== undefined;
    const reopen = (lastEventId: string | null): Promise<ReadableStream<Uint8Array> | null> =>
      openStream(lastEventId, signal);
    await readAnswer(response, { id: request.id, isModern, deliver, reopen, signal, clock, wait: pause });
  };

  /** Notifications and answers: nothing comes back. */
  const tell = async (message: JSONRPCMessage): Promise<void> => {
    const method = "method" in message ? message.method : null;
    if (method === "notifications/initialized" && resume !== undefined) {
      sessionId = resume.sessionId;
      resume = undefined;
      if (sessionId !== null) listen();
      return;
    }
    const controller = new AbortController();
    exchanges.add(controller);
    try {
      const response = await post(message, {}, controller.signal);
      if (!response.ok) return await failed(response, method, null);
      discard(response);
      if (method === "notifications/initialized") listen();
    } finally {
      exchanges.delete(controller);
      const cancelled =
        method === "notifications/cancelled" && "params" in message ? message.params?.requestId : undefined;
      if (typeof cancelled === "string" || typeof cancelled === "number")
        inFlight.get(cancelled)?.abort(new McpError("aborted"));
    }
  };

  const send = async (outgoing: JSONRPCMessage, sendOptions: TransportSendOptions = {}): Promise<void> => {
    if (closed.signal.aborted) throw new McpError("not-connected");
    const message = originalMethod(outgoing);
    const request = asRequest(message);
    if (request === null) return tell(message);
    if (request.method === "initialize" && resume !== undefined) {
      const result = resume.initializeResult;
      return queueMicrotask(() => deliver({ jsonrpc: "2.0", id: request.id, result }));
    }
    const isProbe = request.method === "server/discover";
    const controller = new AbortController();
    const onAbort = (): void => controller.abort(new McpError("aborted"));
    if (sendOptions.requestSignal?.aborted) onAbort();
    sendOptions.requestSignal?.addEventListener("abort", onAbort, { once: true });
    const timer = isProbe ? setTimeout(() => controller.abort(new McpError("timeout")), PROBE_MS) : null;
    inFlight.set(request.id, controller);
    exchanges.add(controller);
    try {
      await ask(message, request, sendOptions.headers ?? {}, controller.signal);
    } catch (thrown) {
      const reason: unknown = controller.signal.reason;
      const error = reason instanceof McpError ? reason : McpError.from(thrown, "invalid-response");
      if (!isProbe || closed.signal.aborted || !saysNotModern(error)) throw error;
      deliver({ jsonrpc: "2.0", id: request.id, error: { code: -32_601, message: error.code } });
    } finally {
      if (timer !== null) clearTimeout(timer);
      inFlight.delete(request.id);
      exchanges.delete(controller);
      sendOptions.requestSignal?.removeEventListener("abort", onAbort);
      sendOptions.onRequestStreamEnd?.();
    }
  };

  const endSession = async (): Promise<void> => {
    if (sessionId === null || lost) return;
    const headers = connectionHeaders();
    sessionId = null;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(new McpError("timeout")), END_SESSION_MS);
    try {
      discard(await options.fetch({ url, method: "DELETE", headers, signal: limit.signal, headMs: null }));
    } catch {
      // The server forgets the session by itself.
    } finally {
      clearTimeout(timer);
    }
  };

  const transport: HttpTransport = {
    hasPerRequestStream: true,
    get standing() {
      return standing;
    },
    get sessionId() {
      return sessionId ?? undefined;
    },
    setProtocolVersion: (version) => void (protocolVersion = version),
    start: () => Promise.resolve(),
    send,
    close: () => {
      if (!closed.signal.aborted) {
        closed.abort(new McpError("aborted"));
        for (const controller of exchanges) controller.abort(closed.signal.reason);
        transport.onclose?.();
      }
      return Promise.resolve();
    },
    endSession,
  };
  return transport;
}

/** Whatever an older server makes of the probe means "ask me the old way", except a closed door or a passing fault of a gateway. */
function saysNotModern(error: McpError): boolean {
  if (error.code === "http-error") return error.status !== 429 && (error.status ?? 599) <= 501;
  return ["transport-not-implemented", "not-an-mcp-server", "invalid-response", "timeout"].includes(error.code);
}
