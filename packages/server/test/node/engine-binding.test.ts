// A server that is an object of the same platform: it answers, and cannot say anything unasked.
import { openMcpDatabase } from "../../src/mcp/schema.ts";
import { expect, test, vi } from "vitest";
import { MCPClientManager } from "../../src/mcp/manager.ts";
import type { McpPeer } from "../../src/mcp/ports.ts";
import { createFakePorts } from "./fake-ports.ts";
import { VAULT_KEYS } from "./mcp-host.ts";
import { failure } from "./mcp-scenes.ts";

interface Message {
  readonly id?: number;
  readonly method: string;
}

/** A host that is bound to one object; `asked` are the methods it was called with. */
async function bound() {
  const asked: string[] = [];
  const tools = [{ name: "echo", inputSchema: { type: "object" } }];
  const beside: object[] = [];
  const results: Readonly<Record<string, object>> = {
    initialize: {
      protocolVersion: "2025-11-25",
      capabilities: { tools: { listChanged: true }, resources: { subscribe: true } },
      serverInfo: { name: "object", version: "1" },
    },
    "tools/list": { tools },
    "tools/call": { content: [] },
    "resources/list": { resources: [] },
    "resources/templates/list": { resourceTemplates: [] },
  };
  const peer: McpPeer = {
    handleMcpMessage(message) {
      const { id, method } = message as Message;
      asked.push(method);
      if (id === undefined) return Promise.resolve(undefined);
      const result = results[method];
      const answer = result ? { result } : { error: { code: -32_601, message: "Method not found" } };
      return Promise.resolve([...beside.splice(0), { jsonrpc: "2.0", id, ...answer }]);
    },
  };
  const binding = {};
  const bindings = { nameOf: () => "SERVER", resolve: () => ({ open: () => Promise.resolve(peer) }) };
  const ports = createFakePorts({ bindings });
  const mcp = new MCPClientManager(ports, { vaultKeys: VAULT_KEYS, vaultRequired: true, allowOrigins: [] });
  const { id } = await mcp.addBoundServer("object", binding);
  return { mcp, id, ports, asked, tools, beside };
}

test("its resources cannot be subscribed to: it is not asked, and nothing is stored", async () => {
  const { mcp, id, ports, asked } = await bound();
  expect(await failure(mcp.subscribeResource({ serverId: id, uri: "file:///a" }))).toMatchObject({
    code: "protocol-error",
    serverId: id,
    detail: expect.stringContaining("behind a binding"),
  });
  expect(asked).not.toContain("resources/subscribe");
  expect(openMcpDatabase(ports.sql).all("SELECT * FROM agents_mcp_interests")).toEqual([]);
});

test("what it says beside an answer is heard", async () => {
  const { mcp, id, tools, beside } = await bound();
  tools.push({ name: "new", inputSchema: { type: "object" } });
  beside.push({ jsonrpc: "2.0", method: "notifications/tools/list_changed" });
  await mcp.callTool({ serverId: id, name: "echo" });
  await vi.waitFor(() => expect(mcp.getState().tools).toHaveLength(2));
});

test("its lists are read again with a use when they are old, although it announces changes", async () => {
  const { mcp, id, ports, asked, tools } = await bound();
  tools.push({ name: "new", inputSchema: { type: "object" } });
  await mcp.callTool({ serverId: id, name: "echo" });
  await ports.settled();
  expect(asked.filter((method) => method === "tools/list")).toHaveLength(1);
  ports.advance(5 * 60_000);
  await mcp.callTool({ serverId: id, name: "echo" });
  await ports.settled();
  expect(mcp.getState().tools).toHaveLength(2);
});
