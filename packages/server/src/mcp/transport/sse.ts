// The HTTP+SSE transport of revision 2024-11-05: one stream for everything the server says, POSTs for the rest.
import { McpError } from "../errors.ts";
import { createAwaitedAnswers } from "./awaited-answers.ts";
import type { AuthorizedFetch } from "./authorized-fetch.ts";
import { firstStatusError, mediaType, statusError } from "./classify.ts";
import { isAnswer, parseMessages, type RpcMessage } from "./json-rpc.ts";
import { MESSAGE_BYTES } from "./limits.ts";
import { discard } from "./read-body.ts";
import { readEvents } from "./read-events.ts";
import { untilTakenBack } from "./take-back.ts";
import type { StreamEnd, Transport, TransportEvents } from "./transport.ts";

const ENDPOINT_MS = 30_000;

export interface SseOptions extends TransportEvents {
  readonly url: string;
  readonly fetch: AuthorizedFetch;
}

/** `start()` rejects with what opening the stream came to; see `OpenSession` for the codes. */
export function createSse(options: SseOptions): Transport {
  const closed = new AbortController();
  const answers = createAwaitedAnswers();
  // One controller a POST: listeners on one signal that lives as long as the session would pile up.
  const posts = new Set<AbortController>();
  let endpoint: string | null = null;
  let protocolVersion: string | null = null;
  let ended: (end: StreamEnd) => void = () => undefined;
  const standing = new Promise<StreamEnd>((resolve) => (ended = resolve));

  const transport: Transport = {
    endsWithConnection: false,
    sessionId: null,
    standing,
    start,
    request(message, sending) {
      const stop = new AbortController();
      return untilTakenBack(sending, stop, transport.tell, () =>
        // Some servers answer the POST only when the work is done.
        answers.to(message.id, stop.signal, () => send(message, stop, null)),
      );
    },
    tell: (message) => send(message, new AbortController(), undefined),
    agreed: (version) => void (protocolVersion = version),
    listen: () => undefined,
    endSession: () => Promise.resolve(),
    close: () => void end(new McpError("not-connected")),
  };
  return transport;

  /** `false`: it was over already. */
  function end(reason: McpError): boolean {
    if (closed.signal.aborted) return false;
    closed.abort(reason);
    for (const post of posts) post.abort(reason);
    answers.end(reason);
    ended("none");
    return true;
  }

  function lose(): void {
    if (end(new McpError("session-lost"))) options.onSessionLost();
  }

  async function start(): Promise<void> {
    const headers = { accept: "text/event-stream" };
    const response = await options.fetch({ url: options.url, method: "GET", headers, signal: closed.signal });
    if (!response.ok) {
      discard(response);
      throw firstStatusError(response.status);
    }
    if (response.body === null || mediaType(response) !== "text/event-stream") {
      discard(response);
      throw new McpError("not-an-mcp-server", { status: response.status });
    }
    await firstEndpoint(response.body);
  }

  /** Read the stream for as long as it lives; resolves as soon as the server has said where to post. */
  function firstEndpoint(body: ReadableStream<Uint8Array>): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: McpError): void => {
        clearTimeout(timer);
        reject(error);
        lose();
      };
      const timer = setTimeout(
        () => fail(new McpError("timeout", { detail: "It did not say where to post." })),
        ENDPOINT_MS,
      );
      readEvents(body, MESSAGE_BYTES, { retry: null, lastEventId: null }, ({ event, data }) => {
        if (event === "endpoint") {
          endpoint = resolveEndpoint(data, options.url);
          clearTimeout(timer);
          resolve();
        } else if (event === "message" && data !== "") deliver(data);
        return undefined;
      }).then(
        () => fail(new McpError("invalid-response", { detail: "The stream ended." })),
        (error: unknown) => fail(McpError.from(error, "invalid-response")),
      );
    });
  }

  function deliver(data: string): void {
    try {
      for (const message of parseMessages(data)) {
        if (isAnswer(message)) answers.came(message);
        else options.receive(message);
      }
    } catch {
      // One unreadable event does not make the next one unreadable.
    }
  }

  /** `headMs`: see `GuardedRequest`. */
  async function send(message: RpcMessage, stop: AbortController, headMs: null | undefined): Promise<void> {
    if (endpoint === null || closed.signal.aborted) throw new McpError("not-connected");
    const headers = {
      "content-type": "application/json",
      ...(protocolVersion !== null && { "mcp-protocol-version": protocolVersion }),
    };
    const body = JSON.stringify(message);
    posts.add(stop);
    const request = { url: endpoint, method: "POST", headers, body, signal: stop.signal, headMs } as const;
    const response = await options.fetch(request).finally(() => posts.delete(stop));
    discard(response);
    if (response.ok) return;
    if (response.status !== 404) throw statusError(response.status);
    // Of this message alone is it known that the server has not acted on it: the status says so.
    const refusal = new McpError("session-lost", { status: 404 });
    if ("method" in message && "id" in message) answers.refused(message.id, refusal);
    lose();
    throw refusal;
  }
}

/** Where to post, as the server said; never another origin, because credentials go there. */
function resolveEndpoint(data: string, url: string): string {
  if (!URL.canParse(data, url)) throw new McpError("invalid-response", { detail: "Its endpoint is not a URL." });
  const endpoint = new URL(data, url);
  if (endpoint.origin !== new URL(url).origin)
    throw new McpError("url-blocked", { detail: "Its endpoint is on another origin." });
  return endpoint.href;
}
