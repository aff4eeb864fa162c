// The process in which the MCP servers under load live, so that their work is not counted with workerd's.
import { createMockMcpServer, type MockMcpServer } from "agents/testing";
import { listen } from "./listen.ts";
import type { Answer, FleetOptions, Order } from "./protocol.ts";
import { toolsOf } from "./tools.ts";
import { createTrafficLog } from "./traffic-log.ts";

let servers: readonly MockMcpServer[] = [];
let offered = 0;
const traffic = createTrafficLog(() => performance.now());

/** A port each, because what is known of a host must not help with the next server. */
async function open({ servers: count, tools, era, sessions, delayMs }: FleetOptions): Promise<readonly string[]> {
  const listeners = await Promise.all(Array.from({ length: count }, () => listen({ delayMs, traffic })));
  servers = listeners.map(({ origin, serve }, index) => {
    const server = createMockMcpServer({
      url: `${origin}/mcp`,
      name: `server-${index}`,
      era,
      answers: era === "legacy" ? "sse" : "json",
      sessions,
      faults: era === "legacy" && !sessions ? ["no-stream"] : [],
      tools: toolsOf(index, tools),
    });
    serve(server.handler);
    return server;
  });
  offered = tools;
  return servers.map(({ url }) => url);
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
