// The streamable HTTP transport of both eras: one POST a message.
import { McpError } from "../errors.ts";
import type { Clock, Log } from "../ports.ts";
import type { AuthorizedFetch } from "./authorized-fetch.ts";
import { mediaType, statusError } from "./classify.ts";
import { readFailed } from "./failed-response.ts";
import type { RpcAnswer, RpcMessage, RpcRequest } from "./json-rpc.ts";
import { readAnswer } from "./read-answer.ts";
import { discard } from "./read-body.ts";
import { bodyHeaders } from "./request-headers.ts";
import { followServerStream } from "./server-stream.ts";
import { untilTakenBack } from "./take-back.ts";
import type { StreamEnd, Transport, TransportEvents } from "./transport.ts";
import { type Wait, wait } from "./wait.ts";

const SESSION_ID = /^[\x21-\x7e]{1,1024}$/;
const END_SESSION_MS = 2000;
const HANDSHAKE: ReadonlySet<string> = new Set(["initialize", "server/discover"]);
const NOTHING: Readonly<Record<string, string>> = {};

export interface StreamableHttpOptions extends TransportEvents {
  readonly url: string;
  readonly fetch: AuthorizedFetch;
  readonly clock: Clock;
  readonly log: Log;
  readonly serverId: string;
  /** Of an earlier session of the legacy era, to go on with. */
  readonly sessionId?: string | null;
  /** What the server says unasked is heard again; what it said meanwhile is lost. */
  readonly onGap: () => void;
  /** Whether the stream for what the server says unasked is opened; default: it is. */
  readonly listens?: boolean;
  readonly wait?: Wait;
}

export function createStreamableHttp(options: StreamableHttpOptions): Transport {
  const { url, clock, log, serverId, receive, wait: pause = wait } = options;
  const closed = new AbortController();
  // Every exchange has a controller of its own: listeners on one signal that lives as long as the session would pile up.
  const exchanges = new Set<AbortController>();
  let stream = new AbortController();
  let sessionId = options.sessionId ?? null;
  let protocolVersion: string | null = null;
  let hadStream = false;
  let standing: Promise<StreamEnd> = Promise.resolve("none");
  let lost = false;

  const begin = (): AbortController => {
    const controller = new AbortController();
    exchanges.add(controller);
    return controller;
  };

  const reportLost = (): void => {
    if (!lost) options.onSessionLost();
    lost = true;
  };

  const withConnection = (headers: Record<string, string>): Record<string, string> => {
    if (sessionId !== null) headers["mcp-session-id"] = sessionId;
    if (protocolVersion !== null) headers["mcp-protocol-version"] = protocolVersion;
    return headers;
  };

  const post = (
    message: RpcMessage,
    extra: Readonly<Record<string, string>>,
    signal: AbortSignal,
    headMs?: null,
  ): Promise<Response> => {
    const headers = withConnection({
      ...extra,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    });
    Object.assign(headers, bodyHeaders(message));
    return options.fetch({ url, method: "POST", headers, body: JSON.stringify(message), signal, headMs });
  };

  const openStream = async (
    lastEventId: string | null,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array> | null> => {
    const headers = withConnection({ accept: "text/event-stream" });
    if (lastEventId !== null) headers["last-event-id"] = lastEventId;
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

  const failed = async (response: Response, message: RpcMessage): Promise<RpcAnswer> => {
    const isHandshake = "method" in message && HANDSHAKE.has(message.method);
    const { kind, error } = await readFailed(response, { isHandshake, sentSession: sessionId !== null });
    if (kind === "error") {
      if (error.code === "session-lost") reportLost();
      throw error;
    }
    if (!("id" in message)) throw statusError(response.status);
    const { code, message: words, data } = error;
    return { jsonrpc: "2.0", id: message.id, error: { code, message: words, data } };
  };

  const ask = async (
    message: RpcRequest,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<RpcAnswer> => {
    const response = await post(message, headers, signal, null);
    if (!response.ok) return failed(response, message);
    if (message.method === "initialize") {
      const offered = response.headers.get("mcp-session-id");
      sessionId = offered !== null && SESSION_ID.test(offered) ? offered : null;
    }
    const reopen = (lastEventId: string | null): Promise<ReadableStream<Uint8Array> | null> =>
      openStream(lastEventId, signal);
    return readAnswer(response, { id: message.id, receive, reopen, signal, clock, wait: pause });
  };

  const transport: Transport = {
    endsWithConnection: true,
    get standing() {
      return standing;
    },
    get sessionId() {
      return sessionId;
    },
    start: () => Promise.resolve(),
    async request(message, sending) {
      if (closed.signal.aborted) throw new McpError("not-connected");
      const stop = begin();
      try {
        return await untilTakenBack(sending, stop, transport.tell, () =>
          ask(message, sending.headers ?? NOTHING, stop.signal),
        );
      } catch (thrown) {
        const reason: unknown = stop.signal.reason;
        throw reason instanceof McpError ? reason : McpError.from(thrown, "invalid-response");
      } finally {
        exchanges.delete(stop);
      }
    },
    async tell(message) {
      if (closed.signal.aborted) throw new McpError("not-connected");
      const stop = begin();
      try {
        const response = await post(message, NOTHING, stop.signal);
        if (!response.ok) await failed(response, message);
        discard(response);
      } finally {
        exchanges.delete(stop);
      }
    },
    agreed: (version) => void (protocolVersion = version),
    listen() {
      if (options.listens === false) return;
      const open = (lastEventId: string | null): Promise<ReadableStream<Uint8Array> | null> => {
        exchanges.delete(stream);
        stream = begin();
        return openStream(lastEventId, stream.signal);
      };
      const { onGap } = options;
      standing = followServerStream({ open, receive, onGap, signal: closed.signal, clock, log, serverId, wait: pause });
    },
    async endSession() {
      if (sessionId === null || lost) return;
      const headers = withConnection({});
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
    },
    close() {
      if (closed.signal.aborted) return;
      const reason = new McpError("not-connected");
      closed.abort(reason);
      for (const exchange of exchanges) exchange.abort(reason);
    },
  };
  return transport;
}
