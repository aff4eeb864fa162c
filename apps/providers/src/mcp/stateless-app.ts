// A small MCP server without sessions: a fresh one for each request.
import { getRequestListener } from "@hono/node-server";
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { Hono } from "hono";
import type { ServedApp } from "../served-app.ts";

export interface StatelessAppOptions {
  readonly build: () => McpServer;
  /** A response to give instead of serving, or `undefined` to let the request through. */
  readonly refuse?: (request: Request) => Response | undefined;
}

export function createStatelessApp({ build, refuse }: StatelessAppOptions): ServedApp {
  const app = new Hono();
  app.all("/mcp", async (c) => {
    const refusal = refuse?.(c.req.raw);
    if (refusal !== undefined) return refusal;
    // Without sessions there is no stream to listen on and nothing to delete.
    if (c.req.method !== "POST") return c.text("Method not allowed.", 405, { allow: "POST" });
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    const server = build();
    await server.connect(transport);
    const response = await transport.handleRequest(c.req.raw);
    await server.close();
    return response;
  });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return {
    listener: (request, response) => void listener(request, response),
    dropSessions: () => 0,
    close: async () => {},
  };
}
