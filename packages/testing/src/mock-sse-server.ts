// An MCP server of the oldest transport (HTTP with SSE, 2024-11-05) without a socket.
import type { JsonObject } from "@agents-internal/protocol";
import { type EventStream, openEventStream } from "./mcp/event-stream.ts";
import { answer, capabilitiesOf, ECHO_TOOL, type MockTool, type Offer } from "./mcp/offer.ts";
import { failureOf, notificationOf, readMessage, resultOf, RpcFailure } from "./mcp/rpc.ts";
import type { FetchHandler } from "./mock-network.ts";

export interface MockSseServerOptions {
  /** Where the stream is, for example `https://mcp.example/sse`. */
  readonly url: string;
  readonly tools?: readonly MockTool[];
  /** What the `endpoint` event names; default a path on the same origin. */
  readonly endpoint?: string;
  /** Ask for this token, and answer 401 without it. */
  readonly token?: string;
}

export interface MockSseServer {
  readonly url: string;
  readonly handler: FetchHandler;
  readonly streamCount: number;
  /** Replace the tools and announce it. */
  changeTools(tools: readonly MockTool[]): void;
  /** End all streams. Returns how many there were. */
  dropStreams(): number;
}

export function createMockSseServer(options: MockSseServerOptions): MockSseServer {
  const { url, token, endpoint = "/messages" } = options;
  const offer: Offer = { tools: options.tools ?? [ECHO_TOOL], prompts: [], resources: [], resourceTemplates: [] };
  const streams = new Map<string, EventStream>();

  const open = (request: Request): Response => {
    const id = crypto.randomUUID();
    const stream = openEventStream(request.signal, () => void streams.delete(id));
    streams.set(id, stream);
    stream.sendRaw(`event: endpoint\ndata: ${endpoint}?sessionId=${id}\n\n`);
    return stream.response;
  };
  const initialize = (): JsonObject => ({
    protocolVersion: "2024-11-05",
    capabilities: capabilitiesOf(offer) as JsonObject,
    serverInfo: { name: "mock-sse", version: "1.0.0" },
  });
  const take = async (request: Request, stream: EventStream): Promise<Response> => {
    const message = readMessage(await request.text());
    if (message.kind === "invalid") return new Response("Invalid message", { status: 400 });
    if (message.kind === "request") {
      const call = { headers: request.headers, signal: request.signal, progress: () => {} };
      const { id, method, params } = message;
      const result =
        method === "initialize"
          ? initialize()
          : answer(method, params, call, { offer, faults: new Set(), pageSize: Number.MAX_SAFE_INTEGER });
      void Promise.resolve(result).then(
        (value) => stream.send(resultOf(id, value)),
        (error: unknown) =>
          stream.send(failureOf(id, error instanceof RpcFailure ? error : new RpcFailure(-32603, "Internal error"))),
      );
    }
    return new Response("Accepted", { status: 202 });
  };

  return {
    url,
    async handler(request) {
      const target = new URL(request.url);
      if (token !== undefined && request.headers.get("authorization") !== `Bearer ${token}`)
        return new Response(null, { status: 401 });
      if (target.pathname === new URL(url).pathname) {
        return request.method === "GET"
          ? open(request)
          : new Response("Method not allowed", { status: 405, headers: { allow: "GET" } });
      }
      const stream = streams.get(target.searchParams.get("sessionId") ?? "");
      if (request.method !== "POST" || stream === undefined) return new Response("Not found", { status: 404 });
      return take(request, stream);
    },
    get streamCount() {
      return streams.size;
    },
    changeTools(tools) {
      offer.tools = tools;
      for (const stream of streams.values()) stream.send(notificationOf("notifications/tools/list_changed"));
    },
    dropStreams() {
      const { size } = streams;
      for (const stream of [...streams.values()]) stream.close();
      return size;
    },
  };
}
