// A host for the engine over a mock network: one database, one browser, and a manager that can be forgotten at any time.
import {
  createMockNetwork,
  createTestBrowser,
  type FetchHandler,
  type MockNetwork,
  type TestBrowser,
} from "@agents-internal/testing";
import type { EngineOptions } from "../../src/mcp/engine.ts";
import { MCPClientManager } from "../../src/mcp/manager.ts";
import type { MCPServer, MCPServersState } from "@agents-internal/protocol";
import type { AddMcpServerOptions } from "../../src/mcp/options.ts";
import { createFakePorts, type FakePorts } from "./fake-ports.ts";

export const APP = "https://app.example";
export const CALLBACK = `${APP}/agents/test-agent/test/callback`;
export const VAULT_KEYS = `k1:${Buffer.alloc(32, 7).toString("base64")}`;

export interface McpHost {
  readonly ports: FakePorts;
  readonly network: MockNetwork;
  readonly browser: TestBrowser;
  readonly mcp: MCPClientManager;
  /** Public states of the one server, in the order in which they were published. */
  readonly seen: string[];
  add(name: string, url: string, options?: AddMcpServerOptions): ReturnType<MCPClientManager["addServer"]>;
  /** Everything in memory is lost; rows and alarms stay. */
  evict(): void;
  state(): MCPServersState;
  /** The only server, or the one with this name. */
  server(name?: string): MCPServer;
  /** Let every alarm that is due by now go off. */
  ring(): Promise<void>;
}

export function createMcpHost(
  hosts: Readonly<Record<string, FetchHandler>>,
  options: Partial<EngineOptions> = {},
): McpHost {
  const answer: FetchHandler = async (request) =>
    (await host.mcp.handleRequest(request)) ?? new Response("Not found", { status: 404 });
  const network = createMockNetwork({ ...hosts, [APP]: answer });
  const ports = createFakePorts({ fetch: (request) => network.fetch(request) });
  const settings: EngineOptions = { vaultKeys: VAULT_KEYS, vaultRequired: true, allowOrigins: [], ...options };
  const seen: string[] = [];
  let end = (): void => undefined;
  const make = () => {
    end();
    let isOver = false;
    const over = new Promise<void>((resolve) => {
      end = () => {
        isOver = true;
        resolve();
      };
    });
    const own: FakePorts = {
      ...ports,
      // An evicted host asks nothing any more.
      fetch: (request) => (isOver ? new Promise<never>(() => undefined) : ports.fetch(request)),
      background: (work) => ports.background(Promise.race([work, over])),
    };
    const manager = new MCPClientManager(own, settings);
    manager.onServerStateChanged(() => {
      // An evicted manager has nobody to tell.
      if (manager !== mcp) return;
      const [first] = Object.values(manager.getState().servers);
      if (first && seen.at(-1) !== first.state) seen.push(first.state);
    });
    return manager;
  };
  let mcp = make();
  const host: McpHost = {
    ports,
    network,
    browser: createTestBrowser((request) => network.fetch(request)),
    seen,
    get mcp() {
      return mcp;
    },
    add: (name, url, given = {}) => mcp.addServer(name, url, { ...given, callbackUrl: CALLBACK }),
    evict: () => void (mcp = make()),
    state: () => mcp.getState(),
    server(name) {
      const servers = Object.values(mcp.getState().servers);
      const found = name === undefined ? servers[0] : servers.find((server) => server.name === name);
      if (!found) throw new Error("no such server");
      return found;
    },
    async ring() {
      for (const [key, dueAt] of [...ports.due]) {
        if (dueAt > ports.clock.now()) continue;
        ports.due.delete(key);
        await mcp.onAlarm(key);
      }
    },
  };
  return host;
}
