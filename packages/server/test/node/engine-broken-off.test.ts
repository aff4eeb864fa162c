// Requests that break off on their way: made once more where that does no harm, and told where it might.
import { createMockMcpServer } from "@agents-internal/testing";
import { expect, test } from "vitest";
import { createMcpHost } from "./mcp-host.ts";
import { asks, failure, MCP, MCP_URL } from "./mcp-scenes.ts";

const URI = "file:///a";

/** A server whose answers to one method break off, this many times. */
async function breakingOff(method: string, times: number) {
  const server = createMockMcpServer({ url: MCP_URL, resources: [{ uri: URI, name: "a", text: "whole" }] });
  const isAsked = asks(method);
  let left = times;
  let asked = 0;
  const host = createMcpHost({
    [MCP]: async (request) => {
      if (!(await isAsked(request.clone()))) return server.handler(request);
      asked += 1;
      if (left <= 0) return server.handler(request);
      left -= 1;
      await server.handler(request);
      return new Response('data: {"jsonrpc":"2.0', { headers: { "content-type": "text/event-stream" } });
    },
  });
  const { id } = await host.add("mock", MCP_URL);
  return { host, id, asked: () => asked };
}

test("a resource is read once more when its answer broke off", async () => {
  const { host, id, asked } = await breakingOff("resources/read", 1);
  const { contents } = await host.mcp.readResource({ serverId: id, uri: URI });
  expect(contents).toMatchObject([{ text: "whole" }]);
  expect(asked()).toBe(2);
});

test("and not a third time", async () => {
  const { host, id, asked } = await breakingOff("resources/read", 9);
  expect(await failure(host.mcp.readResource({ serverId: id, uri: URI }))).toMatchObject({
    code: "invalid-response",
    serverId: id,
  });
  expect(asked()).toBe(2);
});

test("a tool that may have run is not called again", async () => {
  const { host, id, asked } = await breakingOff("tools/call", 1);
  expect(await failure(host.mcp.callTool({ serverId: id, name: "echo" }))).toMatchObject({ code: "invalid-response" });
  expect(asked()).toBe(1);
});
