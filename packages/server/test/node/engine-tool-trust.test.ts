import { afterEach, expect, test, vi } from "vitest";
import { toolKey } from "../../src/mcp/index.ts";
import { consent, failure, MCP_URL, openServer, protectedServer } from "./mcp-scenes.ts";

afterEach(() => vi.restoreAllMocks());

const tool = (name: string, description: string) => ({ name, description, inputSchema: { type: "object" } });

async function connected(options: Parameters<ReturnType<typeof openServer>["host"]["add"]>[2] = {}) {
  const { server, host } = openServer({ tools: [tool("read", "Reads."), tool("send", "Sends.")] });
  const { id } = await host.add("mock", MCP_URL, options);
  return {
    server,
    host,
    id,
    call: (name: string, approved?: boolean) => host.mcp.callTool({ serverId: id, name }, { approved }),
    keys: () => Object.keys(host.mcp.getAITools()).sort(),
    /** The server offers other definitions, and they are read. */
    async change(...tools: readonly ReturnType<typeof tool>[]) {
      server.change({ tools });
      await host.mcp.discoverIfConnected(id);
    },
  };
}

test("a tool that changed after it was accepted is shown as changed, and still works", async () => {
  const { host, id, change, call } = await connected();
  await change(tool("read", "Reads, and tells others."), tool("send", "Sends."));
  expect(host.server().tool_changes).toEqual([{ name: "read", change: "changed", held: false }]);
  expect(host.mcp.listToolChanges(id)).toMatchObject([
    { name: "read", before: { description: "Reads." }, after: { description: "Reads, and tells others." } },
  ]);
  await expect(call("read")).resolves.toBeDefined();
});

test("a held tool is kept from models and refused, until a person accepts it", async () => {
  const { host, id, change, call, keys } = await connected({ tools: { changes: "hold" } });
  await change(tool("read", "Reads, and tells others."), tool("send", "Sends."), tool("new", "Is new."));
  host.evict();
  expect(keys()).toEqual([toolKey(id, "send")]);
  expect(host.state().tools.map(({ name }) => name)).toEqual(["read", "send", "new"]);
  expect(await failure(call("read"))).toMatchObject({ code: "tool-held", serverId: id });
  expect(await failure(call(`${id}.read`))).toMatchObject({ code: "tool-held" });
  expect(await failure(host.mcp.startCall({ serverId: id, name: "new" }))).toMatchObject({ code: "tool-held" });
  host.mcp.acceptToolChanges({ serverId: id });
  expect(host.server()).not.toHaveProperty("tool_changes");
  expect(keys()).toHaveLength(3);
  await expect(call("read")).resolves.toBeDefined();
});

test("listeners hear of a change, of its acceptance and of a policy", async () => {
  const { host, id, change } = await connected();
  let heard = 0;
  host.mcp.onServerStateChanged(() => void (heard += 1));
  for (const act of [
    () => change(tool("read", "Other."), tool("send", "Sends.")),
    () => host.mcp.acceptToolChanges({ serverId: id }),
    () => host.mcp.setToolPolicy({ serverId: id, name: "read", policy: "deny" }),
  ]) {
    const before = heard;
    await act();
    await vi.waitUntil(() => heard > before);
  }
  expect(host.server().tool_policies).toEqual({ read: "deny" });
});

test("a denied tool reaches neither models nor the server", async () => {
  const { host, server, id, call, keys } = await connected();
  host.mcp.setToolPolicy({ serverId: id, name: "send", policy: "deny" });
  expect(keys()).toEqual([toolKey(id, "read")]);
  const before = server.received.length;
  expect(await failure(call("send", true))).toMatchObject({ code: "tool-denied" });
  expect(server.received.length).toBe(before);
});

test("a tool that asks is called once somebody agreed, and a model's SDK asks first", async () => {
  const { host, id, call } = await connected({ tools: { policy: "ask" } });
  expect(await failure(call("read"))).toMatchObject({ code: "tool-approval-required" });
  await expect(call("read", true)).resolves.toBeDefined();
  const offered = host.mcp.getAITools()[toolKey(id, "read")];
  expect(offered?.needsApproval).toBe(true);
  await expect(offered?.execute({})).resolves.toBeDefined();
});

test.each([{ policy: "sometimes" }, { changes: "hide" }])("unknown words are refused: %j", async (tools) => {
  const { host } = openServer();
  expect(await failure(host.add("mock", MCP_URL, { tools } as never))).toMatchObject({ code: "option-invalid" });
});

test("a call that waits for a person is not made any more once its tool is denied", async () => {
  const { as, server, host } = protectedServer({ tools: [tool("read", "Reads.")] });
  const { id, authUrl } = await host.add("mock", MCP_URL, { oauth: { waitForSignIn: 60_000 } });
  await consent(host, authUrl ?? "");
  as.endAllGrants();
  const calling = failure(host.mcp.callTool({ serverId: id, name: "read" }));
  await vi.waitFor(() => expect(host.server().state).toBe("authenticating"));
  host.mcp.setToolPolicy({ serverId: id, name: "read", policy: "deny" });
  await consent(host, host.server().auth_url ?? "");
  expect(await calling).toMatchObject({ code: "tool-denied" });
  expect(server.received.filter(({ method }) => method === "tools/call")).toEqual([]);
});

test("nor is one whose tool has become another one by then, where such are held", async () => {
  const { as, server, host } = protectedServer({ tools: [tool("read", "Reads.")] });
  const options = { oauth: { waitForSignIn: 60_000 }, tools: { changes: "hold" } } as const;
  const { id, authUrl } = await host.add("mock", MCP_URL, options);
  await consent(host, authUrl ?? "");
  as.endAllGrants();
  const calling = failure(host.mcp.callTool({ serverId: id, name: "read" }));
  await vi.waitFor(() => expect(host.server().state).toBe("authenticating"));
  server.change({ tools: [tool("read", "Reads, and tells others.")] });
  await consent(host, host.server().auth_url ?? "");
  expect(await calling).toMatchObject({ code: "tool-held" });
  expect(server.received.filter(({ method }) => method === "tools/call")).toEqual([]);
});

test("what was accepted goes with the server", async () => {
  const { host, id } = await connected();
  await host.mcp.removeServer(id);
  expect(host.ports.sql.all("SELECT * FROM agents_mcp_tool_trust")).toEqual([]);
});

test("a tool that is as it was keeps its fingerprint, and a list that is as it was needs none", async () => {
  const { server, host } = openServer({ tools: [tool("read", "Reads."), tool("send", "Sends.")] });
  const { id } = await host.add("mock", MCP_URL);
  const digest = vi.spyOn(crypto.subtle, "digest");
  const readAgain = async () => {
    host.ports.advance(10 * 60_000);
    host.evict();
    await host.mcp.callTool({ serverId: id, name: "send" });
    await host.ports.settled();
  };
  await readAgain();
  expect(digest).not.toHaveBeenCalled();
  server.change({ tools: [tool("read", "Deletes."), tool("send", "Sends.")] });
  await readAgain();
  expect(digest).toHaveBeenCalledTimes(1);
  expect(host.server().tool_changes).toMatchObject([{ name: "read", change: "changed" }]);
  digest.mockRestore();
});
