// Streamable HTTP with sessions, as servers of the 2025 revisions do it.
import { randomUUID } from "node:crypto";
import type { AuthInfo } from "@modelcontextprotocol/sdk/server/auth/types.js";
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";

/** Clients that leave without a word must not fill the memory: the oldest session makes room. */
const MAX_SESSIONS = 200;

export interface SessionServer {
  readonly server: McpServer;
  /** Called once when the session is over. */
  dispose(): void;
}

export interface SessionHost {
  handle(request: Request, options: { readonly authInfo: AuthInfo; readonly body: unknown }): Promise<Response>;
  /** Ends every session. Returns how many there were. */
  drop(): number;
}

export function createSessionHost(build: () => SessionServer): SessionHost {
  const live = new Map<string, WebStandardStreamableHTTPServerTransport>();

  const open = async () => {
    const { server, dispose } = build();
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        const [oldest] = live.values();
        if (live.size >= MAX_SESSIONS) void oldest?.close();
        live.set(id, transport);
      },
      onsessionclosed: (id) => void live.delete(id),
    });
    await server.connect(transport);
    const disconnected = transport.onclose;
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's transport is no EventTarget
    transport.onclose = () => {
      if (transport.sessionId !== undefined) live.delete(transport.sessionId);
      dispose();
      disconnected?.();
    };
    return transport;
  };

  return {
    async handle(request, { authInfo, body }) {
      const sessionId = request.headers.get("mcp-session-id");
      const known = sessionId === null ? undefined : live.get(sessionId);
      if (sessionId !== null && known === undefined) return sessionNotFound();
      const transport = known ?? (await open());
      const response = await transport.handleRequest(request, {
        authInfo,
        ...(body === undefined ? {} : { parsedBody: body }),
      });
      // Anything but a good `initialize` has opened no session.
      if (transport.sessionId === undefined) await transport.close();
      return response;
    },
    drop() {
      const transports = [...live.values()];
      live.clear();
      for (const transport of transports) void transport.close();
      return transports.length;
    },
  };
}

function sessionNotFound(): Response {
  return Response.json(
    { jsonrpc: "2.0", error: { code: -32001, message: "Session not found" }, id: null },
    { status: 404 },
  );
}
