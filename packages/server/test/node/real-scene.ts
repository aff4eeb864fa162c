// A host and one real server, whose tool `ask` asks back.
import { createMcpHost, type McpHost } from "./mcp-host.ts";
import { type McpTestServer, serveLegacy, serveModern } from "./mcp-servers.ts";

export const ERAS = [["legacy", serveLegacy] as const, ["modern", serveModern] as const];

const cleanups: (() => Promise<void>)[] = [];

/** Call after each test. */
export async function closeScenes(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export async function hosting(start: () => Promise<McpTestServer>, onStart: (host: McpHost) => void) {
  const server = await start();
  cleanups.push(server.close);
  let life = new AbortController();
  const hosts = { [server.origin]: (request: Request) => fetch(request, { signal: life.signal }) };
  const host = createMcpHost(hosts, { allowOrigins: ["http://127.0.0.1:*"] });
  cleanups.push(() => host.mcp.dispose());
  onStart(host);
  const { id } = await host.add("real", server.url);
  const ask = async (what: string, options: { signal?: AbortSignal; timeout?: number } = {}) =>
    (await host.mcp.callTool({ serverId: id, name: "ask", arguments: { what } }, options)).content;
  return {
    server,
    host,
    id,
    ask,
    /** Put to rest, and woken by what comes next. */
    async evict() {
      await host.mcp.dispose();
      host.evict();
      onStart(host);
    },
    /** Thrown out of memory in the middle of whatever it does. */
    crash() {
      host.evict();
      onStart(host);
      life.abort();
      life = new AbortController();
    },
  };
}
