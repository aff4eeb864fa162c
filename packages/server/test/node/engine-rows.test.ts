import { createMockMcpServer, createMockSseServer } from "@agents-internal/testing";
import { expect, test, vi } from "vitest";
import { createMcpHost } from "./mcp-host.ts";
import { failure, gate, MCP, MCP_URL, openServer, protectedServer, signIn } from "./mcp-scenes.ts";
import { withoutLive } from "./without-live.ts";

const OTHER = "https://other.example";

/** Two open servers, both ready. */
async function twoServers() {
  const { server, host } = openServer();
  host.network.route(
    OTHER,
    createMockMcpServer({ url: `${OTHER}/mcp`, tools: [{ name: "second", inputSchema: { type: "object" } }] }).handler,
  );
  const { id: first } = await host.add("mock", MCP_URL);
  const { id: second } = await host.add("other", `${OTHER}/mcp`);
  return { server, host, first, second };
}

test.each([
  ["state", "{"],
  ["state", `{"kind":"dreaming"}`],
  ["state", "null"],
  ["options", "not json"],
  ["facts", "{{"],
])(
  "a row whose %s cannot be read (%s) is a failure of that server alone, and it can be added again",
  async (column, text) => {
    const { host, first, second } = await twoServers();
    host.ports.sql.run(`UPDATE agents_mcp_servers SET ${column} = ? WHERE id = ?`, text, first);
    host.evict();
    expect(Object.keys(host.state().servers).sort()).toEqual([first, second].sort());
    expect(host.server("other").state).toBe("ready");
    await host.mcp.waitForConnections();
    await expect(host.add("mock", MCP_URL)).resolves.toMatchObject({ id: first, state: "ready" });
    await host.mcp.removeServer(first);
    // As a whole word: sealed values are random text.
    expect(host.ports.sql.dump()).not.toMatch(new RegExp(`\\b${first}\\b`));
  },
);

test("a list that cannot be read is read from the server again, and takes nothing else away", async () => {
  const { host, first } = await twoServers();
  host.ports.sql.run("UPDATE agents_mcp_catalogue SET items = '[{' WHERE server_id = ?", first);
  host.evict();
  expect(host.state().tools).toMatchObject([{ name: "second" }]);
  await host.mcp.discoverIfConnected(first);
  expect(host.state().tools).toHaveLength(2);
});

test("a list longer than a row keeps every character", async () => {
  // One of the two makes a row end in the middle of a character.
  for (const before of ["", "x"]) {
    const description = `${before}${"𝒳".repeat(600_000)}`;
    const { host } = openServer({ tools: [{ name: "long", description, inputSchema: { type: "object" } }] });
    await host.add("mock", MCP_URL);
    host.evict();
    expect(host.state().tools[0]?.description === description).toBe(true);
  }
});

test("with a lost vault key a server fails with its code, nothing is deleted, and the right key mends it", async () => {
  const { as, host } = protectedServer();
  const { id } = await signIn(host);
  const before = host.ports.sql.dump();
  const blind = createMcpHost({}, { vaultKeys: `k2:${Buffer.alloc(32, 9).toString("base64")}` });
  blind.network.route(MCP, (request) => host.network.fetch(request));
  Object.assign(blind.ports.sql, host.ports.sql);
  blind.evict();
  expect(blind.server().state).toBe("ready");
  expect(await failure(blind.mcp.callTool({ serverId: id, name: "echo" }))).toMatchObject({
    code: "vault-locked",
    serverId: id,
  });
  await blind.mcp.closeConnection(id);
  expect(await failure(blind.add("mock", MCP_URL))).toMatchObject({ code: "vault-locked" });
  expect(blind.server()).toMatchObject({ state: "failed", error_code: "vault-locked" });
  for (const table of ["agents_mcp_vault_secrets", "agents_mcp_vault_keys", "agents_mcp_oauth_tokens"])
    expect(before).toContain(JSON.stringify(host.ports.sql.all(`SELECT * FROM ${table}`)));
  host.evict();
  await expect(host.add("mock", MCP_URL)).resolves.toMatchObject({ id, state: "ready" });
  expect(as.tokenRequests).toHaveLength(1);
});

test("a server of which nothing may be stored fails with its code and leaves no session open", async () => {
  const server = createMockMcpServer({ url: MCP_URL });
  const host = createMcpHost({ [MCP]: server.handler }, { vaultKeys: undefined, vaultRequired: true });
  expect(await failure(host.add("mock", MCP_URL))).toMatchObject({ code: "vault-key-required" });
  await host.ports.settled();
  await vi.waitFor(() => expect(server).toMatchObject({ streamCount: 0, sessionCount: 0 }));
});

test.each([{ baseDelayMs: undefined }, { maxAttempts: undefined }, { maxDelayMs: undefined }])(
  "an option that is given as undefined (%o) is one that was not given",
  async (retry) => {
    const host = createMcpHost({});
    const adding = failure(host.add("mock", MCP_URL, { retry: retry as object }));
    for (let attempt = 1; attempt < 3; attempt += 1) {
      await vi.waitFor(() => expect(host.ports.due.size).toBe(1));
      host.ports.advance(10_000);
      void host.ring();
    }
    expect(await adding).toMatchObject({ code: "host-unreachable" });
  },
);

test.each([{ baseDelayMs: Number.NaN }, { maxAttempts: -1 }, { maxDelayMs: Number.POSITIVE_INFINITY }])(
  "retry options that are no numbers one can wait for are refused (%o)",
  async (retry) => {
    const host = createMcpHost({});
    expect(await failure(host.add("mock", MCP_URL, { retry }))).toMatchObject({ code: "option-invalid" });
  },
);

test("the same options in another order change nothing", async () => {
  const { server, host } = openServer();
  const one = { retry: { maxAttempts: 2, baseDelayMs: 10 }, transport: { headers: { a: "1", b: "2" } } };
  const two = { transport: { headers: { b: "2", a: "1" } }, retry: { baseDelayMs: 10, maxAttempts: 2 } };
  await host.add("mock", MCP_URL, one);
  await host.add("mock", MCP_URL, two);
  expect(server.received.filter(({ method }) => method === "initialize")).toHaveLength(1);
});

test("an id that is given another address takes neither tokens nor headers nor tools along", async () => {
  const { host } = protectedServer();
  await host.mcp.registerServer("mine", { url: MCP_URL, name: "mine", transport: { headers: { "x-key": "CANARY" } } });
  await host.mcp.removeServer("mine");
  const { id } = await signIn(host);
  host.network.route(OTHER, createMockMcpServer({ url: `${OTHER}/mcp`, tools: [] }).handler);
  await host.mcp.registerServer(id, { url: MCP_URL, name: "mock", transport: { headers: { "x-key": "CANARY" } } });
  host.network.forget();
  await host.mcp.registerServer(id, { url: `${OTHER}/mcp`, name: "mock" });
  await host.mcp.establishConnection(id);
  expect(host.server()).toMatchObject({ state: "ready", server_url: `${OTHER}/mcp` });
  expect(host.state().tools).toEqual([]);
  const sent = host.network.requests.filter(({ url }) => url.startsWith(OTHER));
  expect(sent.length).toBeGreaterThan(0);
  for (const { headers } of sent) {
    expect(headers["authorization"]).toBeUndefined();
    expect(headers["x-key"]).toBeUndefined();
  }
});

test("a retry whose alarm was lost is made after the next wake", async () => {
  const server = createMockMcpServer({ url: MCP_URL });
  const host = createMcpHost({});
  void failure(host.add("mock", MCP_URL));
  await vi.waitFor(() => expect(host.ports.due.size).toBe(1));
  host.ports.due.clear();
  host.evict();
  host.network.route(MCP, server.handler);
  host.state();
  host.ports.advance(60_000);
  await host.ring();
  await host.mcp.waitForConnections();
  expect(host.server().state).toBe("ready");
});

test.each(["broken-tools", "html"] as const)(
  "a list that cannot be read again (%s) leaves a working server and what is known of it as they were",
  async (fault) => {
    const { server, host } = openServer();
    const { id } = await host.add("mock", MCP_URL);
    server.faults.add(fault);
    expect(await host.mcp.discoverIfConnected(id)).toMatchObject({
      success: false,
      state: "ready",
      error: expect.any(String),
    });
    expect(host.server()).toMatchObject({ state: "ready", error: null });
    expect(host.state().tools).toHaveLength(1);
    server.faults.clear();
    await expect(host.mcp.callTool({ serverId: id, name: "echo" })).resolves.toBeDefined();
  },
);

test("registering a server as it is registered tells nobody", async () => {
  const { host } = openServer();
  const register = () => host.mcp.registerServer("mine", { url: MCP_URL, name: "Mine" });
  await register();
  await host.mcp.establishConnection("mine");
  let heard = 0;
  host.mcp.onServerStateChanged(() => void (heard += 1));
  await register();
  await host.ports.settled();
  expect(heard).toBe(0);
  await host.mcp.registerServer("mine", { url: MCP_URL, name: "Renamed" });
  await vi.waitFor(() => expect(heard).toBe(1));
});

test("listeners hear of changes that can be seen, and of no others", async () => {
  const { server, host } = openServer();
  const { id } = await host.add("mock", MCP_URL);
  host.evict();
  const seen: string[] = [];
  const live = () => host.server().live;
  host.mcp.onServerStateChanged(() => void seen.push(JSON.stringify(host.state())));
  expect(live()).toBe(false);
  await host.mcp.callTool({ serverId: id, name: "echo" });
  await host.ports.settled();
  // Somebody listens to it again, and that is all.
  expect(seen).toEqual([JSON.stringify(withoutLive(host.state()))]);
  await host.mcp.callTool({ serverId: id, name: "echo" });
  server.dropSessions();
  await host.mcp.callTool({ serverId: id, name: "echo" });
  await host.ports.settled();
  expect(live()).toBeUndefined();
  expect(new Set(seen.map((text) => JSON.stringify(withoutLive(JSON.parse(text)))))).toEqual(new Set(seen.slice(0, 1)));
  const before = seen.length;
  server.change({ tools: [] });
  await vi.waitFor(() => expect(seen).toHaveLength(before + 1));
  await host.mcp.closeConnection(id);
  await host.mcp.removeServer(id);
  await vi.waitFor(() => expect(seen).toHaveLength(before + 3));
});

test("a call whose connection broke after the server took it is not made twice", async () => {
  const url = `${MCP}/sse`;
  let calls = 0;
  const pay = {
    name: "pay",
    inputSchema: { type: "object" as const },
    handle: () => new Promise<never>(() => void (calls += 1)),
  };
  const server = createMockSseServer({ url, tools: [pay] });
  const host = createMcpHost({ [MCP]: server.handler });
  const { id } = await host.add("mock", url, { transport: { type: "sse" } });
  const calling = failure(host.mcp.callTool({ serverId: id, name: "pay" }));
  await vi.waitFor(() => expect(calls).toBe(1));
  server.dropStreams();
  expect((await calling).code).toBe("session-lost");
  expect(calls).toBe(1);
});

test("an error that reaches the caller of addMcpServer says which status the server answered", async () => {
  const { host } = openServer({ faults: ["http-500"] });
  expect(await failure(host.add("mock", MCP_URL, { retry: { maxAttempts: 1 } }))).toMatchObject({
    code: "http-error",
    status: 500,
  });
});

test("a server that was removed does not come back when its alarm rings", async () => {
  const host = createMcpHost({});
  const adding = failure(host.add("mock", MCP_URL, { id: "gone" }));
  await vi.waitFor(() => expect(host.ports.due.size).toBe(1));
  const [key = ""] = host.ports.due.keys();
  await host.mcp.removeServer("gone");
  expect(host.ports.due.size).toBe(0);
  expect(await adding).toMatchObject({ code: "removed" });
  await host.mcp.onAlarm(key);
  expect(host.state().servers).toEqual({});
});

test("a removal while the provider does not answer is over for everybody else at once", async () => {
  const { as, host } = protectedServer();
  const { id } = await signIn(host);
  const gated = gate(as.handler, () => true);
  host.network.route("https://as.example", gated.handler);
  const stopped = gated.stop();
  const removing = host.mcp.removeServer(id);
  await stopped;
  expect(host.state().servers).toEqual({});
  gated.go();
  await removing;
});
