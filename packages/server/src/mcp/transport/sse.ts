// The HTTP+SSE transport of revision 2024-11-05: one stream for everything the server says, POSTs for the rest.
import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { McpError } from "../errors.ts";
import type { AuthorizedFetch } from "./authorized-fetch.ts";
import { firstStatusError, mediaType, statusError } from "./classify.ts";
import { answeredId, asRequest, parseMessages } from "./json-rpc.ts";
import { MESSAGE_BYTES } from "./limits.ts";
import { discard } from "./read-body.ts";
import { readEvents } from "./read-events.ts";
import { originalMethod } from "./request-headers.ts";
import type { HttpTransport, StreamEnd } from "./http-transport.ts";

const ENDPOINT_MS = 30_000;

export interface SseOptions {
  readonly url: string;
  readonly fetch: AuthorizedFetch;
  /** The stream ended, and the session with it. Called once, not after `close()`. */
  readonly onSessionLost: () => void;
}

/** `start()` rejects with what opening the stream came to; see `OpenSession` for the codes. */
export function createSse(options: SseOptions): HttpTransport {
  const closed = new AbortController();
  // One controller a POST: listeners on one signal that lives as long as the session would pile up.
  const posts = new Set<AbortController>();
  let endpoint: string | null = null;
  let protocolVersion: string | undefined;
  let ended: (end: StreamEnd) => void = () => undefined;
  const standing = new Promise<StreamEnd>((resolve) => (ended = resolve));

  const transport: HttpTransport = {
    standing,
    setProtocolVersion: (version) => void (protocolVersion = version),
    start,
    send,
    close: () => {
      end();
      return Promise.resolve();
    },
    endSession: () => Promise.resolve(),
  };
  return transport;

  function end(): boolean {
    if (closed.signal.aborted) return false;
    closed.abort(new McpError("aborted"));
    for (const post of posts) post.abort(closed.signal.reason);
    transport.onclose?.();
    ended("none");
    return true;
  }

  async function start(): Promise<void> {
    const headers = { accept: "text/event-stream", ...versionHeader() };
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
        if (end()) options.onSessionLost();
      };
      const timer = setTimeout(
        () => fail(new McpError("timeout", { detail: "It did not say where to post." })),
        ENDPOINT_MS,
      );
      readEvents(body, MESSAGE_BYTES, { retry: null, lastEventId: null }, async ({ event, data }) => {
        if (event === "endpoint") {
          endpoint = resolveEndpoint(data, options.url);
          clearTimeout(timer);
          resolve();
        } else if (event === "message" && data !== "") await deliver(data);
      }).then(
        () => fail(new McpError("invalid-response", { detail: "The stream ended." })),
        (error: unknown) => fail(McpError.from(error, "invalid-response")),
      );
    });
  }

  async function deliver(data: string): Promise<void> {
    try {
      for (const message of parseMessages(data)) {
        transport.onmessage?.(message);
        // See streamable-http.ts: an answer must not overtake the progress before it.
        if (answeredId(message) === null) await Promise.resolve();
      }
    } catch {
      // One unreadable event does not make the next one unreadable.
    }
  }

  async function send(outgoing: JSONRPCMessage): Promise<void> {
    if (endpoint === null || closed.signal.aborted) throw new McpError("not-connected");
    const headers = { "content-type": "application/json", ...versionHeader() };
    const body = JSON.stringify(originalMethod(outgoing));
    const controller = new AbortController();
    posts.add(controller);
    // Some servers answer the POST only when the work is done; the client keeps the time of a request itself.
    const headMs = asRequest(outgoing) === null ? undefined : null;
    const request = { url: endpoint, method: "POST", headers, body, signal: controller.signal, headMs } as const;
    const response = await options.fetch(request).finally(() => posts.delete(controller));
    discard(response);
    if (response.ok) return;
    if (response.status !== 404) throw statusError(response.status);
    if (end()) options.onSessionLost();
    throw new McpError("session-lost", { status: 404 });
  }

  function versionHeader(): Record<string, string> {
    return protocolVersion === undefined ? {} : { "mcp-protocol-version": protocolVersion };
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
