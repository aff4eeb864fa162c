// The streamable HTTP transport of both eras: one POST a message, answers as JSON or as an event stream.
import { type JSONRPCMessage, PROTOCOL_VERSION_META_KEY, type Transport, type TransportSendOptions } from "@modelcontextprotocol/client";
import { McpError } from "../errors.ts";
import type { Clock, Log } from "../ports.ts";
import type { AuthorizedFetch } from "./authorized-fetch.ts";
import { firstStatusError, isJson, isSessionLost, mediaType, statusError } from "./classify.ts";
import { followStream } from "./follow-stream.ts";
import { answeredId, asRequest, isRecord, type MessageId, parseFailure, parseMessages } from "./json-rpc.ts";
import { MESSAGE_BYTES } from "./limits.ts";
import { discard, readText } from "./read-body.ts";
import { bodyHeaders, originalMethod } from "./request-headers.ts";
import { type Wait, wait } from "./wait.ts";

const SESSION_ID = /^[\x21-\x7e]{1,1024}$/;
const END_SESSION_MS = 2000;
const ERROR_BODY_BYTES = 256 * 1024;

export interface StreamableHttpOptions {
  readonly url: string;
  readonly fetch: AuthorizedFetch;
  readonly clock: Clock;
  readonly log: Log;
  readonly serverId: string;
  /** Go on with a session of the legacy era: `initialize` is answered from here, and nothing is posted for the handshake. */
  readonly resume?: { readonly sessionId: string | null; readonly initializeResult: Record<string, unknown> } | undefined;
  /** The server said that it does not know the session. Called once. */
  readonly onSessionLost: () => void;
  readonly wait?: Wait;
}

export interface HttpTransport extends Transport {
  /** Tell the server that the session is over (DELETE), within 2 s. Never rejects. */
  endSession(): Promise<void>;
}

export function createStreamableHttp(options: StreamableHttpOptions): HttpTransport {
  const pause = options.wait ?? wait;
  const closed = new AbortController();
  const inFlight = new Map<MessageId, AbortController>();
  let resume = options.resume;
  // Hidden while resuming: the protocol client skips its handshake, and with it the capabilities, for a transport that has one.
  let sessionId: string | null = null;
  let protocolVersion: string | undefined;
  let lost = false;

  const transport: HttpTransport = {
    hasPerRequestStream: true,
    get sessionId() {
      return sessionId ?? undefined;
    },
    setProtocolVersion: (version) => void (protocolVersion = version),
    start: () => Promise.resolve(),
    send,
    close: () => {
      if (!closed.signal.aborted) {
        closed.abort(new McpError("aborted"));
        for (const controller of inFlight.values()) controller.abort(closed.signal.reason);
        transport.onclose?.();
      }
      return Promise.resolve();
    },
    endSession,
  };
  return transport;

  async function send(outgoing: JSONRPCMessage, sendOptions?: TransportSendOptions): Promise<void> {
    if (closed.signal.aborted) throw new McpError("not-connected");
    const message = originalMethod(outgoing);
    const request = asRequest(message);
    if (request === null) return tell(message);
    if (request.method === "initialize" && resume !== undefined) {
      const result = resume.initializeResult;
      queueMicrotask(() => transport.onmessage?.({ jsonrpc: "2.0", id: request.id, result }));
      return;
    }
    const controller = new AbortController();
    const signal = sendOptions?.requestSignal;
    const onAbort = (): void => controller.abort(new McpError("aborted"));
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    inFlight.set(request.id, controller);
    try {
      await ask(message, request, sendOptions?.headers, controller.signal);
    } catch (thrown) {
      const error = controller.signal.reason instanceof McpError ? controller.signal.reason : McpError.from(thrown, "invalid-response");
      if (request.method !== "server/discover" || !saysNotModern(error)) throw error;
      // The probe of the modern era: whatever an older server makes of it means "ask me the old way".
      transport.onmessage?.({ jsonrpc: "2.0", id: request.id, error: { code: -32_601, message: error.message } });
    } finally {
      inFlight.delete(request.id);
      signal?.removeEventListener("abort", onAbort);
      sendOptions?.onRequestStreamEnd?.();
    }
  }

  /** Notifications and answers: nothing comes back. */
  async function tell(message: JSONRPCMessage): Promise<void> {
    const method = "method" in message ? message.method : null;
    if (method === "notifications/initialized" && resume !== undefined) {
      sessionId = resume.sessionId;
      resume = undefined;
      if (sessionId !== null) void listen();
      return;
    }
    try {
      const response = await post(message, {}, closed.signal);
      if (!response.ok) throw await failure(response, method);
      discard(response);
      if (method === "notifications/initialized") void listen();
    } catch (error) {
      throw McpError.from(error, "host-unreachable");
    } finally {
      const cancelled = method === "notifications/cancelled" && "params" in message ? message.params?.requestId : undefined;
      if (typeof cancelled === "string" || typeof cancelled === "number") inFlight.get(cancelled)?.abort(new McpError("aborted"));
    }
  }

  async function ask(
    message: JSONRPCMessage,
    request: { readonly id: MessageId; readonly method: string },
    headers: Readonly<Record<string, string>> = {},
    signal: AbortSignal,
  ): Promise<void> {
    const response = await post(message, headers, signal, null);
    if (!response.ok) {
      const failed = await failure(response, request.method, request.id);
      if (failed instanceof McpError) throw failed;
      return transport.onmessage?.(failed);
    }
    if (request.method === "initialize") sessionId = usableSessionId(response.headers.get("mcp-session-id"));
    const isModern = isModernRequest(message);
    let answered = false;
    const accept = async (text: string): Promise<"stop" | void> => {
      for (const received of parseMessages(text)) {
        const id = answeredId(received);
        if (id !== null && String(id) !== String(request.id)) continue;
        if (id !== null) answered = true;
        transport.onmessage?.(id === null ? received : completed(received, request.id, isModern));
        // The client hands notifications on in a microtask; without a pause the answer would overtake the last progress.
        if (id === null) await Promise.resolve();
      }
      return answered ? "stop" : undefined;
    };
    const type = mediaType(response);
    if (type === "text/event-stream") {
      const end = await followStream({
        first: response.body,
        open: (lastEventId) => openStream(lastEventId, signal),
        onData: (data) => accept(data).catch(() => undefined),
        needsId: true,
        alive: "event",
        delay: { min: 100, max: 300_000 },
        maxFailures: 5,
        signal,
        clock: options.clock,
        wait: pause,
      });
      if (end.kind !== "stopped") throw new McpError("invalid-response", { detail: "The stream ended before the answer." });
    } else if (isJson(type)) {
      await accept(await readText(response, MESSAGE_BYTES));
      if (!answered) throw new McpError("invalid-response", { detail: "It does not answer the request." });
    } else {
      discard(response);
      throw new McpError("not-an-mcp-server", { status: response.status });
    }
  }

  /** The stream on which the server speaks unasked. Its end is not an error: calls go on without it. */
  async function listen(): Promise<void> {
    try {
      const end = await followStream({
        open: (lastEventId) => openStream(lastEventId, closed.signal),
        onData: async (data) => {
          try {
            for (const received of parseMessages(data)) {
              if (answeredId(received) === null) transport.onmessage?.(received);
            }
          } catch {
            // One unreadable event does not make the next one unreadable.
          }
        },
        needsId: false,
        alive: "message",
        delay: { min: 1000, max: 300_000 },
        maxFailures: 8,
        signal: closed.signal,
        clock: options.clock,
        wait: pause,
      });
      if (end.kind === "gave-up") options.log.warn("mcp.stream-given-up", { serverId: options.serverId });
    } catch (error) {
      options.log.warn("mcp.stream-failed", { serverId: options.serverId, code: McpError.from(error).code });
    }
  }

  async function openStream(lastEventId: string | null, signal: AbortSignal): Promise<ReadableStream<Uint8Array> | null> {
    const headers: Record<string, string> = { accept: "text/event-stream", ...connectionHeaders() };
    if (lastEventId !== null) headers["last-event-id"] = lastEventId;
    const response = await options.fetch({ url: options.url, method: "GET", headers, signal });
    if (response.ok && response.body !== null && mediaType(response) === "text/event-stream") return response.body;
    discard(response);
    if (response.status >= 500 || response.status === 409 || response.status === 429) throw statusError(response.status);
    return null;
  }

  function post(message: JSONRPCMessage, extra: Readonly<Record<string, string>>, signal: AbortSignal, headMs?: null): Promise<Response> {
    const headers = {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(isInitialize(message) ? {} : connectionHeaders()),
      ...bodyHeaders(message),
      ...Object.fromEntries(Object.entries(extra).filter(([name]) => name.toLowerCase().startsWith("mcp-param-"))),
    };
    return options.fetch({ url: options.url, method: "POST", headers, body: JSON.stringify(message), signal, ...(headMs === null && { headMs }) });
  }

  function connectionHeaders(): Record<string, string> {
    return {
      ...(sessionId !== null && { "mcp-session-id": sessionId }),
      ...(protocolVersion !== undefined && { "mcp-protocol-version": protocolVersion }),
    };
  }

  /** An error to throw, or the server's own JSON-RPC error as the answer to request `id`. */
  async function failure(response: Response, method: string | null): Promise<McpError>;
  async function failure(response: Response, method: string | null, id: MessageId): Promise<McpError | JSONRPCMessage>;
  async function failure(response: Response, method: string | null, id?: MessageId): Promise<McpError | JSONRPCMessage> {
    const { status } = response;
    const error = parseFailure(await readText(response, ERROR_BODY_BYTES).catch(() => ""));
    const isHandshake = method === "initialize" || method === "server/discover";
    const anonymousCode = error !== null && error.id === null ? error.code : null;
    if (!isHandshake && isSessionLost({ status, sentSession: sessionId !== null, anonymousCode })) {
      if (!lost) {
        lost = true;
        options.onSessionLost();
      }
      return new McpError("session-lost", { status });
    }
    if (error !== null && id !== undefined && status < 500 && status !== 429) {
      return { jsonrpc: "2.0", id, error: { code: error.code, message: error.message, data: error.data } };
    }
    return isHandshake ? firstStatusError(status) : statusError(status);
  }

  async function endSession(): Promise<void> {
    if (sessionId === null || lost) return;
    const headers = connectionHeaders();
    sessionId = null;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(new McpError("timeout")), END_SESSION_MS);
    try {
      discard(await options.fetch({ url: options.url, method: "DELETE", headers, signal: limit.signal, headMs: null }));
    } catch {
      // The server forgets the session by itself.
    } finally {
      clearTimeout(timer);
    }
  }
}

function isInitialize(message: JSONRPCMessage): boolean {
  return "method" in message && message.method === "initialize";
}

function isModernRequest(message: JSONRPCMessage): boolean {
  return "params" in message && typeof message.params?._meta?.[PROTOCOL_VERSION_META_KEY] === "string";
}

/** The answer under the id that was asked with; a modern result without `resultType` is a complete one. */
function completed(message: JSONRPCMessage, id: MessageId, isModern: boolean): JSONRPCMessage {
  if (!("result" in message)) return { ...message, id };
  const result = isModern && isRecord(message.result) && message.result.resultType === undefined;
  return { ...message, id, result: result ? { ...message.result, resultType: "complete" } : message.result };
}

function usableSessionId(value: string | null): string | null {
  return value !== null && SESSION_ID.test(value) ? value : null;
}

/** Anything but a refusal to let us in or a passing fault of a gateway. */
function saysNotModern(error: McpError): boolean {
  if (error.code === "http-error") return error.status !== 429 && (error.status ?? 599) <= 501;
  return error.code === "transport-not-implemented" || error.code === "not-an-mcp-server" || error.code === "invalid-response";
}
