// The clock: SDK 1.x over the oldest transport, an SSE stream with a message endpoint beside it.
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { z } from "zod";
import type { ServedApp } from "../served-app.ts";

export function createClockApp(now: () => number): ServedApp {
  const live = new Map<string, SSEServerTransport>();

  const open = async (response: ServerResponse) => {
    const transport = new SSEServerTransport("/messages", response);
    live.set(transport.sessionId, transport);
    response.on("close", () => live.delete(transport.sessionId));
    await buildClock(now).connect(transport);
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const route = `${request.method} ${url.pathname}`;
    if (route === "GET /sse") return void open(response);
    // A streamable HTTP client that tries first must learn that it is not offered here.
    if (url.pathname === "/sse") return void response.writeHead(405, { allow: "GET" }).end("Method not allowed.");
    if (route !== "POST /messages") return void response.writeHead(404).end("Not found.");
    const transport = live.get(url.searchParams.get("sessionId") ?? "");
    if (transport === undefined) return void response.writeHead(404).end("Session not found.");
    void transport.handlePostMessage(request, response).catch(() => response.destroy());
  };
  const drop = () => {
    const transports = [...live.values()];
    live.clear();
    for (const transport of transports) void transport.close();
    return transports.length;
  };
  return { listener, dropSessions: drop, close: async () => void drop() };
}

function buildClock(now: () => number): McpServer {
  const server = new McpServer(
    { name: "clock", title: "Clock", version: "1.0.0" },
    { instructions: "Tells the time anywhere." },
  );
  server.registerTool(
    "now",
    {
      title: "What time is it?",
      description: "The time in a time zone.",
      inputSchema: { timeZone: z.string().default("UTC").describe("An IANA name such as Europe/Lisbon") },
      annotations: { readOnlyHint: true },
    },
    async ({ timeZone }) => {
      const format = new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "full", timeStyle: "long" });
      return { content: [{ type: "text", text: format.format(now()) }] };
    },
  );
  server.registerTool(
    "egg_timer",
    {
      title: "Egg timer",
      description: "Counts seconds and reports each one.",
      inputSchema: { seconds: z.number().min(0).max(30).default(3) },
      annotations: { readOnlyHint: true },
    },
    async ({ seconds }, { signal, sendNotification, _meta }) => {
      for (let second = 1; second <= seconds; second += 1) {
        const progressToken = _meta?.progressToken;
        const params = { progress: second, total: seconds, message: `${seconds - second + 1} s to go` };
        if (progressToken !== undefined)
          await sendNotification({ method: "notifications/progress", params: { progressToken, ...params } });
        await sleep(1000, undefined, { signal });
      }
      return { content: [{ type: "text", text: "Ring!" }] };
    },
  );
  server.registerResource("now", "clock://now", { title: "Now", mimeType: "text/plain" }, async (uri) => ({
    contents: [{ uri: uri.href, mimeType: "text/plain", text: new Date(now()).toISOString() }],
  }));
  return server;
}
