// When servers are listened to: for a while after each use, always, or never; and what a client that only looks sets off.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMockMcpServer, ECHO_TOOL } from "@agents-internal/testing";
import type { EngineOptions } from "../../src/mcp/engine.ts";
import type { Listen } from "../../src/mcp/options.ts";
import { createMcpHost } from "./mcp-host.ts";
import { failure, MCP, MCP_URL, openServer } from "./mcp-scenes.ts";

const MINUTE = 60_000;
const ERAS = ["legacy", "modern"] as const;
const MORE_TOOLS = [ECHO_TOOL, { ...ECHO_TOOL, name: "new" }];

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
let dispose = async (): Promise<void> => undefined;
afterEach(async () => {
  await dispose();
  vi.useRealTimers();
});

async function listening(era: (typeof ERAS)[number], listen: Listen | undefined, options: Partial<EngineOptions> = {}) {
  const server = createMockMcpServer({ url: MCP_URL, era });
  let requests = 0;
  const host = createMcpHost(
    {
      [MCP]: (request) => {
        requests += 1;
        return server.handler(request);
      },
    },
    options,
  );
  dispose = async () => {
    await host.mcp.dispose();
    await host.ports.settled();
  };
  const { id } = await host.add("mock", MCP_URL, listen && { listen });
  await host.ports.settled();
  return {
    server,
    host,
    call: () => host.mcp.callTool({ serverId: id, name: "echo", arguments: {} }),
    requests: () => requests,
    /** Both clocks, and alarms that are due by then. */
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += 1000) {
        host.ports.advance(1000);
        await vi.advanceTimersByTimeAsync(1000);
      }
      await host.ring();
    },
    /** The object is put out of memory, with its streams. */
    async sleep() {
      await host.mcp.dispose();
      host.evict();
      host.state();
      await vi.waitFor(() => expect(server.streamCount).toBe(0));
      requests = 0;
    },
    heard: () => vi.waitFor(() => expect(server.streamCount).toBe(1)),
    unheard: () => vi.waitFor(() => expect(server.streamCount).toBe(0)),
  };
}

test.each(ERAS)(
  "while-used: a %s server's stream is given up a minute after the last use, and opened with the next",
  async (era) => {
    const { call, pass, heard, unheard } = await listening(era, undefined);
    await heard();
    await pass(MINUTE);
    await unheard();
    expect(vi.getTimerCount()).toBe(0);
    await call();
    await heard();
  },
);

test("while-used: what a client says keeps an open stream open, and opens none", async () => {
  const { host, pass, heard, unheard, server } = await listening("legacy", "while-used");
  await heard();
  for (let times = 0; times < 3; times += 1) {
    await pass(MINUTE - 1000);
    host.mcp.clientActive();
  }
  await heard();
  await pass(MINUTE);
  await unheard();
  const before = server.received.length;
  host.mcp.clientActive();
  await pass(MINUTE);
  expect(server.received).toHaveLength(before);
  expect(server.streamCount).toBe(0);
});

test.each(ERAS)("always: a %s server's stream stays, and is opened again soon after each wake", async (era) => {
  const { host, pass, heard, sleep } = await listening(era, "always");
  await heard();
  await pass(10 * MINUTE);
  await heard();
  await sleep();
  await pass(5000);
  await heard();
  expect(host.server().state).toBe("ready");
});

test("always: a list that changed while the object was gone is read again after the wake, without anybody asking", async () => {
  const { server, host, pass, sleep } = await listening("legacy", "always");
  await sleep();
  server.change({ tools: MORE_TOOLS });
  await pass(5000);
  await vi.waitFor(() => expect(host.state().tools).toHaveLength(2));
});

test("always: a session that the server has forgotten is replaced within a minute, without end and without haste", async () => {
  const { server, pass, heard, sleep, requests } = await listening("legacy", "always");
  await heard();
  await sleep();
  server.dropSessions();
  await pass(5000);
  const asked = requests();
  await pass(10 * MINUTE);
  await heard();
  expect(requests()).toBeGreaterThan(asked);
});

test("always: the last such server takes the alarm with it", async () => {
  const { host, pass } = await listening("legacy", "always");
  expect(host.ports.due.size).toBe(1);
  await host.add("mock", MCP_URL, { listen: "while-used" });
  await pass(10 * MINUTE);
  expect(host.ports.due.size).toBe(0);
});

test.each(ERAS)(
  "never: a %s server is asked for no stream, nothing keeps the object awake, and a later use sees what changed",
  async (era) => {
    const { server, host, call, pass } = await listening(era, "never");
    await call();
    await host.ports.settled();
    expect(server.streamCount).toBe(0);
    expect(server.received.map(({ method }) => method)).not.toContain("subscriptions/listen");
    expect(vi.getTimerCount()).toBe(0);
    server.change({ tools: MORE_TOOLS });
    await call();
    expect(host.state().tools).toHaveLength(1);
    await pass(5 * MINUTE);
    await call();
    await vi.waitFor(() => expect(host.state().tools).toHaveLength(2));
  },
);

test("never: nobody is promised to hear of a resource", async () => {
  const { host } = await listening("legacy", "never");
  const [serverId = ""] = Object.keys(host.state().servers);
  const error = await failure(host.mcp.subscribeResource({ serverId, uri: "file:///a" }));
  expect(error.code).toBe("option-invalid");
});

test("the agent's option is for servers that were added without one", async () => {
  const { server, host } = await listening("legacy", undefined, { listen: "never" });
  expect(server.streamCount).toBe(0);
  await host.add("mock", MCP_URL, { listen: "while-used" });
  await vi.waitFor(() => expect(server.streamCount).toBe(1));
});

test("anything else is no way to listen", async () => {
  const { host } = openServer();
  const listen = "sometimes" as Listen;
  expect(await failure(host.add("mock", MCP_URL, { listen }))).toMatchObject({ code: "option-invalid" });
  expect(() => createMcpHost({}, { listen })).toThrow(expect.objectContaining({ code: "option-invalid" }));
});

test.each(ERAS)(
  "a client that comes after a short sleep of an agent with a %s server causes no request",
  async (era) => {
    const { host, pass, sleep, requests } = await listening(era, undefined);
    await pass(4 * MINUTE);
    await sleep();
    host.mcp.clientConnected();
    await pass(10_000);
    expect(requests()).toBe(0);
    expect(host.ports.due.size).toBe(0);
  },
);

test("a client that comes to lists nobody has looked at for minutes sees them, and within seconds what became of them", async () => {
  const { server, host, pass, sleep, requests } = await listening("legacy", undefined);
  await pass(5 * MINUTE);
  await sleep();
  server.change({ tools: MORE_TOOLS });
  // Ten tabs come back at once.
  for (let tab = 0; tab < 10; tab += 1) host.mcp.clientConnected();
  expect(host.state().tools).toHaveLength(1);
  expect(requests()).toBe(0);
  await pass(5000);
  await vi.waitFor(() => expect(host.state().tools).toHaveLength(2));
  expect(server.received.filter(({ method }) => method === "tools/list")).toHaveLength(2);
  // What was read is young again, also for those who come after the next sleep.
  await sleep();
  host.mcp.clientConnected();
  await pass(10_000);
  expect(requests()).toBe(0);
});

test("a server that is signed out, or failed, is left alone by those who only look", async () => {
  const { host, pass, sleep, requests } = await listening("legacy", "always");
  const [id = ""] = Object.keys(host.state().servers);
  await host.mcp.closeConnection(id);
  await host.ports.settled();
  await pass(10 * MINUTE);
  await sleep();
  host.mcp.clientConnected();
  await pass(10 * MINUTE);
  expect(requests()).toBe(0);
});
