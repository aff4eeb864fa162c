// What nobody could hear while the object slept, or while a stream was down, is told once it can be heard again.
import { afterEach, expect, test, vi } from "vitest";
import { createMockMcpServer, ECHO_TOOL, type MockMcpServer } from "@agents-internal/testing";
import type { ResourceUpdate } from "../../src/mcp/resource-subscriptions.ts";
import { createMcpHost } from "./mcp-host.ts";
import { MCP, MCP_URL } from "./mcp-scenes.ts";
import { serveLegacy } from "./mcp-servers.ts";
import { closeScenes, ERAS, hosting } from "./real-scene.ts";

afterEach(async () => {
  vi.useRealTimers();
  await closeScenes();
});

const README = "file:///readme";
const OTHER = "file:///other";

test.each(ERAS)(
  "a %s server's resources may have changed while the agent slept: told once each",
  async (_era, start) => {
    const heard: ResourceUpdate[] = [];
    const { host, id, ask, evict } = await hosting(start, ({ mcp }) => {
      mcp.onResourceUpdated((update) => heard.push(update));
    });
    await host.mcp.subscribeResource({ serverId: id, uri: README });
    await host.mcp.subscribeResource({ serverId: id, uri: OTHER });
    expect(heard).toEqual([]);
    await evict();
    await ask("say");
    const missed = [OTHER, README].map((uri) => ({ serverId: id, uri, missed: true }));
    await vi.waitFor(() => expect(heard).toEqual(missed));
    await ask("say");
    await host.ports.settled();
    expect(heard).toEqual(missed);
  },
);

test("resources are told of when the server has forgotten the session that subscribed to them", async () => {
  const heard: ResourceUpdate[] = [];
  const { host, id, server, ask } = await hosting(serveLegacy, ({ mcp }) => {
    mcp.onResourceUpdated((update) => heard.push(update));
  });
  await host.mcp.subscribeResource({ serverId: id, uri: README });
  server.forget();
  await ask("say");
  await vi.waitFor(() => expect(heard).toEqual([{ serverId: id, uri: README, missed: true }]));
});

/** A server whose streams can be cut, at the network, as often as one likes. */
function cuttable(server: MockMcpServer) {
  const streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const handler = async (request: Request): Promise<Response> => {
    const response = await server.handler(request);
    if (request.method !== "GET" || response.body === null) return response;
    const reader = response.body.getReader();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        streams.add(controller);
        const pump = async (): Promise<void> => {
          const { done, value } = await reader.read();
          if (!streams.has(controller)) return;
          if (done) return controller.close();
          controller.enqueue(value);
          return pump();
        };
        void pump();
      },
      cancel(reason) {
        streams.clear();
        return reader.cancel(reason);
      },
    });
    return new Response(body, response);
  };
  const cut = (): void => {
    for (const controller of streams) controller.close();
    streams.clear();
  };
  return { handler, cut };
}

test("lists that changed while a server's stream was down are read again when it is back", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const server = createMockMcpServer({ url: MCP_URL });
  const { handler, cut } = cuttable(server);
  const host = createMcpHost({ [MCP]: handler });
  await host.add("mock", MCP_URL);
  await vi.waitFor(() => expect(server.streamCount).toBe(1));
  cut();
  server.change({ tools: [ECHO_TOOL, { ...ECHO_TOOL, name: "new" }] });
  expect(host.state().tools).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(10_000);
  await vi.waitFor(() => expect(host.state().tools).toHaveLength(2));
});

test("a server that keeps cutting its stream does not keep the object awake", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const server = createMockMcpServer({ url: MCP_URL });
  const { handler, cut } = cuttable(server);
  const host = createMcpHost({ [MCP]: handler });
  const { id } = await host.add("mock", MCP_URL);
  await vi.waitFor(() => expect(server.streamCount).toBe(1));
  const listed = () => server.received.filter(({ method }) => method === "tools/list").length;
  const pass = async (ms: number): Promise<void> => {
    host.ports.advance(ms);
    await vi.advanceTimersByTimeAsync(ms);
  };
  for (let times = 1; times <= 3; times += 1) {
    await pass(12_000);
    cut();
    await pass(5000);
    await vi.waitFor(() => expect(listed()).toBe(1 + times));
  }
  await pass(10_000);
  await host.ports.settled();
  expect(vi.getTimerCount()).toBe(0);
  await expect(host.mcp.callTool({ serverId: id, name: "echo" })).resolves.toBeDefined();
});

test("a stream that a server does not keep open is asked for again with the next use, not before", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const server = createMockMcpServer({ url: MCP_URL });
  let streams = 0;
  const host = createMcpHost({
    [MCP]: async (request) => {
      if (request.method !== "GET") return server.handler(request);
      streams += 1;
      return new Response("", { headers: { "content-type": "text/event-stream" } });
    },
  });
  const { id } = await host.add("mock", MCP_URL);
  await vi.waitFor(() => expect(streams).toBe(1));
  while (!host.ports.lines.some((line) => line.startsWith("mcp-stream-given-up"))) {
    // In use all the time, so that it is not let go for rest.
    await host.mcp.callTool({ serverId: id, name: "echo" });
    await vi.advanceTimersByTimeAsync(10_000);
  }
  const given = streams;
  await vi.advanceTimersByTimeAsync(100_000);
  expect(streams).toBe(given);
  await host.mcp.callTool({ serverId: id, name: "echo" });
  await vi.waitFor(() => expect(streams).toBe(given + 1));
});
