// Real MCP servers of both eras on loopback, with the same few tools.
import { McpServer as LegacyServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { completable as legacyCompletable } from "@modelcontextprotocol/sdk/server/completable.js";
import {
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
  UrlElicitationRequiredError,
} from "@modelcontextprotocol/sdk/types.js";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import {
  completable,
  createMcpHandler,
  inputRequired,
  McpServer as ModernServer,
  type ServerNotifier,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import { serve, type TestServer, type WebHandler } from "./http-server.ts";

export interface McpTestServer extends TestServer {
  /** Tell every client that the list of tools changed. */
  readonly toolsChanged: () => void;
  /** Tell every client that subscribed to it that a resource changed. */
  readonly resourceUpdated?: (uri: string) => void;
  /** Legacy: tell every client that what the page was for is done. Asking for `locked` works from then on. */
  readonly paid?: () => void;
  /** Forget every session, as a restart would. */
  readonly forget: () => void;
}

/** Runs before the MCP server; a response it returns is the answer. */
export type Gate = WebHandler;

interface Options {
  readonly gate?: Gate;
  readonly json?: boolean;
}

interface LegacyOptions extends Options {
  /** Makes the server of one session or request; default: one with the few tools of this file. */
  readonly make?: (isPaid?: () => boolean) => LegacyServer;
}

interface ModernOptions extends Options {
  /** Announce resources; default true. */
  readonly resources?: boolean;
  /** As with the older ones. */
  readonly make?: (notify: ServerNotifier) => ModernServer;
}

const sum = { a: z.number(), b: z.number() };
/** What the tool `ask` wants to know; it answers with what it was told, as JSON. `say`: it says what it does instead. */
const what = z
  .enum(["who", "think", "thinkWithTools", "where", "say", "two", "mixed", "page", "locked", "loopback"])
  .default("who");
const QUESTION = {
  message: "Who?",
  requestedSchema: {
    type: "object" as const,
    properties: { name: { type: "string" as const }, times: { type: "integer" as const, default: 2 } },
  },
};
/** What is said while the tool `ask` runs, each where it is grave enough for who listens. */
const SAID = [
  { level: "debug" as const, logger: "work", data: "small" },
  { level: "error" as const, logger: "work", data: { big: true } },
];
/** A page to be visited, and one nobody may be sent to. */
const PAGE = { mode: "url" as const, message: "Pay, please.", url: "https://pay.example/1", elicitationId: "pay-1" };
const LOOPBACK = { ...PAGE, url: "https://10.0.0.1/" };
const THOUGHT = {
  messages: [{ role: "user" as const, content: { type: "text" as const, text: "2 + 2?" } }],
  maxTokens: 10,
};
const THOUGHT_WITH_TOOLS = { ...THOUGHT, tools: [{ name: "sum", inputSchema: { type: "object" as const } }] };
/** What the prompt `greet` suggests for its argument. */
const peopleLike = (text = "") => ["Ada", "Alan", "Grace"].filter((name) => name.startsWith(text));
const asText = (value: unknown) => ({ content: [{ type: "text" as const, text: JSON.stringify(value ?? null) }] });

function legacyServer(isPaid = (): boolean => true): LegacyServer {
  const server = new LegacyServer(
    { name: "legacy", version: "1.2.3" },
    {
      instructions: "Be kind.",
      capabilities: { tools: { listChanged: true }, resources: { subscribe: true }, logging: {} },
    },
  );
  server.registerTool(
    "add",
    { description: "Adds", inputSchema: sum, outputSchema: { sum: z.number() } },
    ({ a, b }) => ({
      content: [{ type: "text", text: String(a + b) }],
      structuredContent: { sum: a + b },
    }),
  );
  server.registerTool("count", { inputSchema: { to: z.number() } }, async ({ to }, extra) => {
    for (let progress = 1; progress <= to; progress += 1) {
      await extra.sendNotification({
        method: "notifications/progress",
        params: { progressToken: extra._meta?.progressToken ?? "", progress, total: to, message: `step ${progress}` },
      });
    }
    return { content: [{ type: "text", text: "counted" }] };
  });
  server.registerTool(
    "hang",
    {},
    (extra) => new Promise((resolve) => extra.signal.addEventListener("abort", () => resolve({ content: [] }))),
  );
  const questions = {
    who: () => server.server.elicitInput(QUESTION),
    think: () => server.server.createMessage(THOUGHT),
    thinkWithTools: () => server.server.createMessage(THOUGHT_WITH_TOOLS),
    where: () => server.server.listRoots(),
    mixed: async () => [await server.server.elicitInput(QUESTION), await server.server.createMessage(THOUGHT)],
    two: async () => [await server.server.elicitInput(QUESTION), await server.server.elicitInput(QUESTION)],
    page: () => server.server.elicitInput(PAGE),
    loopback: () => server.server.elicitInput(LOOPBACK),
    locked: async () => {
      if (!isPaid()) throw new UrlElicitationRequiredError([PAGE]);
      return "unlocked";
    },
    say: async (session: string | undefined) => {
      for (const message of SAID) await server.server.sendLoggingMessage(message, session);
    },
  };
  server.registerTool("ask", { inputSchema: { what } }, async (given, { sessionId }) =>
    asText(await questions[given.what](sessionId)),
  );
  server.registerPrompt("greet", { argsSchema: { name: legacyCompletable(z.string(), peopleLike) } }, ({ name }) => ({
    messages: [{ role: "user", content: { type: "text", text: `Hello ${name}` } }],
  }));
  server.registerResource("readme", "file:///readme", { mimeType: "text/plain" }, (uri) => ({
    contents: [{ uri: uri.href, text: "read me" }],
  }));
  return server;
}

const subscriptions = new WeakMap<LegacyServer, Set<string>>();

/** The resources the client of a server subscribed to; takes subscriptions from the first use on. */
export function subscriptionsOf(mcp: LegacyServer): ReadonlySet<string> {
  const known = subscriptions.get(mcp);
  if (known !== undefined) return known;
  const uris = new Set<string>();
  subscriptions.set(mcp, uris);
  mcp.server.setRequestHandler(SubscribeRequestSchema, ({ params }) => (uris.add(params.uri), {}));
  mcp.server.setRequestHandler(UnsubscribeRequestSchema, ({ params }) => (uris.delete(params.uri), {}));
  return uris;
}

export async function serveLegacy({
  gate,
  json = false,
  make = legacyServer,
}: LegacyOptions = {}): Promise<McpTestServer> {
  const sessions = new Map<string, { transport: WebStandardStreamableHTTPServerTransport; server: LegacyServer }>();
  let isPaid = false;
  const server = await serve(async (request, seen) => {
    const early = await gate?.(request, seen);
    if (early) return early;
    const id = request.headers.get("mcp-session-id");
    const session = id === null ? undefined : sessions.get(id);
    if (session !== undefined) return session.transport.handleRequest(request);
    if (id !== null)
      return Response.json(
        { jsonrpc: "2.0", id: null, error: { code: -32001, message: "Session not found" } },
        { status: 404 },
      );
    const mcp = make(() => isPaid);
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      enableJsonResponse: json,
      onsessioninitialized: (sessionId) => void sessions.set(sessionId, { transport, server: mcp }),
      onsessionclosed: (sessionId) => void sessions.delete(sessionId),
    });
    subscriptionsOf(mcp);
    await mcp.connect(transport);
    return transport.handleRequest(request);
  });
  return {
    ...server,
    resourceUpdated: (uri) =>
      sessions.forEach(({ server: mcp }) => {
        if (subscriptionsOf(mcp).has(uri)) void mcp.server.sendResourceUpdated({ uri });
      }),
    toolsChanged: () => sessions.forEach(({ server: mcp }) => mcp.sendToolListChanged()),
    paid: () => {
      isPaid = true;
      for (const { server: mcp } of sessions.values()) {
        void mcp.server.createElicitationCompletionNotifier(PAGE.elicitationId)();
      }
    },
    forget: () => sessions.clear(),
  };
}

export async function serveStateless({ gate, make = legacyServer }: LegacyOptions = {}): Promise<McpTestServer> {
  const server = await serve(async (request, seen) => {
    const early = await gate?.(request, seen);
    if (early) return early;
    if (request.method !== "POST") return new Response(null, { status: 405 });
    const transport = new WebStandardStreamableHTTPServerTransport({});
    await make().connect(transport);
    return transport.handleRequest(request);
  });
  return { ...server, toolsChanged: () => undefined, forget: () => undefined };
}

export async function serveSse({ gate, make = legacyServer }: LegacyOptions = {}): Promise<McpTestServer> {
  const sessions = new Map<string, { transport: SSEServerTransport; server: LegacyServer }>();
  const server = await serve(
    async (request, seen) => {
      const early = await gate?.(request, seen);
      if (early) return early;
      const isStream = request.method === "GET" && seen.path === "/mcp";
      return isStream || seen.path.startsWith("/messages") ? null : new Response("no", { status: 404 });
    },
    async (request, response, seen) => {
      if (seen.method === "GET") {
        const transport = new SSEServerTransport("/messages", response);
        const mcp = make();
        sessions.set(transport.sessionId, { transport, server: mcp });
        return mcp.connect(transport);
      }
      const session = sessions.get(new URL(seen.path, "http://x").searchParams.get("sessionId") ?? "");
      if (session === undefined) return void response.writeHead(404).end();
      return session.transport.handlePostMessage(request, response, JSON.parse(seen.body));
    },
  );
  return {
    ...server,
    toolsChanged: () => sessions.forEach(({ server: mcp }) => mcp.sendToolListChanged()),
    forget: () => sessions.forEach(({ transport }) => void transport.close()),
  };
}

function modernServer(resources: boolean): ModernServer {
  const server = new ModernServer(
    { name: "modern", version: "2.0.0" },
    {
      instructions: "Be modern.",
      capabilities: {
        tools: { listChanged: true },
        prompts: { listChanged: true },
        ...(resources && { resources: { subscribe: true } }),
        logging: {},
      },
    },
  );
  server.registerTool(
    "add",
    { inputSchema: z.object(sum), outputSchema: z.object({ sum: z.number() }) },
    ({ a, b }) => ({
      content: [{ type: "text", text: String(a + b) }],
      structuredContent: { sum: a + b },
    }),
  );
  server.registerTool(
    "region",
    { inputSchema: z.object({ region: z.string().meta({ "x-mcp-header": "Region" }) }) },
    ({ region }) => ({ content: [{ type: "text", text: region }] }),
  );
  server.registerTool(
    "hang",
    {},
    (ctx) => new Promise((resolve) => ctx.mcpReq.signal.addEventListener("abort", () => resolve({ content: [] }))),
  );
  const questions = {
    who: inputRequired.elicit(QUESTION),
    think: inputRequired.createMessage(THOUGHT),
    thinkWithTools: inputRequired.createMessage(THOUGHT_WITH_TOOLS),
    where: inputRequired.listRoots(),
    page: inputRequired.elicitUrl({ message: PAGE.message, url: PAGE.url }),
    loopback: inputRequired.elicitUrl({ message: PAGE.message, url: LOOPBACK.url }),
    locked: inputRequired.elicit(QUESTION),
  };
  server.registerTool("ask", { inputSchema: z.object({ what }) }, async (given, { mcpReq }) => {
    if (given.what === "say") {
      for (const { level, logger, data } of SAID) await mcpReq.log(level, data, logger);
      return asText(null);
    }
    if (given.what === "two" || given.what === "mixed") {
      const again = { answer: questions.who, second: given.what === "two" ? questions.who : questions.think };
      return mcpReq.inputResponses === undefined
        ? inputRequired({ inputRequests: again, requestState: "as it was" })
        : asText({ ...mcpReq.inputResponses, state: mcpReq.requestState() });
    }
    return mcpReq.inputResponses === undefined
      ? inputRequired({ inputRequests: { answer: questions[given.what] } })
      : asText(mcpReq.inputResponses["answer"]);
  });
  server.registerPrompt(
    "greet",
    { argsSchema: z.object({ name: completable(z.string(), peopleLike) }) },
    ({ name }) => ({
      messages: [{ role: "user", content: { type: "text", text: `Hello ${name}` } }],
    }),
  );
  return server;
}

export async function serveModern({ gate, resources = true, make }: ModernOptions = {}): Promise<McpTestServer> {
  const handler = createMcpHandler((): ModernServer => make?.(handler.notify) ?? modernServer(resources), {});
  const server = await serve(async (request, seen) => (await gate?.(request, seen)) ?? handler.fetch(request));
  return {
    ...server,
    toolsChanged: () => handler.notify.toolsChanged(),
    resourceUpdated: (uri) => handler.notify.resourceUpdated(uri),
    forget: () => undefined,
    close: async () => {
      await handler.close();
      await server.close();
    },
  };
}
