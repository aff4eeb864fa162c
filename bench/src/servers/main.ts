// The process in which the MCP servers under load live, so that their work is not counted with workerd's.
import {
  createMockAuthorizationServer,
  createMockMcpServer,
  type FetchHandler,
  type MockMcpServer,
  type MockMcpServerOptions,
} from "agents/testing";
import { listen } from "./listen.ts";
import type { Answer, FleetOptions, Order } from "./protocol.ts";
import { toolsOf } from "./tools.ts";
import { createTrafficLog } from "./traffic-log.ts";

let servers: readonly MockMcpServer[] = [];
let offered = 0;
const traffic = createTrafficLog(() => performance.now());

async function open(options: FleetOptions): Promise<readonly string[]> {
  const { servers: count, tools, delayMs, sharedHost } = options;
  const authorization = options.signIn ? await openProvider(delayMs) : {};
  const shared = sharedHost ? await listen({ delayMs, traffic }) : undefined;
  const places = await Promise.all(
    Array.from({ length: count }, async (_each, index) => {
      const { origin, serve } = shared ?? (await listen({ delayMs, traffic }));
      return { url: shared ? `${origin}/mcp/${index}` : `${origin}/mcp`, serve };
    }),
  );
  servers = places.map(({ url }, index) => createMockMcpServer({ ...offerOf(url, index, options), ...authorization }));
  if (shared) shared.serve(oneOf(servers));
  else places.forEach(({ serve }, index) => serve(oneOf(servers.slice(index, index + 1))));
  offered = tools;
  return servers.map(({ url }) => url);
}

function offerOf(url: string, index: number, { era, sessions, tools }: FleetOptions): MockMcpServerOptions {
  return {
    url,
    name: `server-${index}`,
    era,
    answers: era === "legacy" ? "sse" : "json",
    sessions,
    faults: era === "legacy" && !sessions ? ["no-stream"] : [],
    tools: toolsOf(index, tools),
  };
}

async function openProvider(delayMs: number): Promise<Pick<MockMcpServerOptions, "authorization">> {
  const { origin, serve } = await listen({ delayMs, traffic, peoples: "/authorize" });
  const provider = createMockAuthorizationServer({ issuer: origin, consent: "approve" });
  serve(provider.handler);
  return { authorization: { issuers: [origin], check: provider.check } };
}

/** Also for what lies beside a server: `/.well-known/oauth-protected-resource/mcp/1`. */
function oneOf(among: readonly MockMcpServer[]): FetchHandler {
  return async (request) => {
    const { pathname } = new URL(request.url);
    const server = among.find(({ url }) => pathname.endsWith(new URL(url).pathname));
    return server?.handler(request) ?? new Response("Not found", { status: 404 });
  };
}

async function follow(order: Order): Promise<Answer> {
  switch (order.kind) {
    case "open":
      return { urls: await open(order.options) };
    case "traffic":
      return traffic.soFar();
    case "forget-traffic":
      traffic.forget();
      return null;
    case "change":
      offered += 1;
      servers[0]?.change({ tools: toolsOf(0, offered) });
      return null;
  }
}

process.on("message", (order: Order) => {
  follow(order).then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit(0));
