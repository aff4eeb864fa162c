import { approve, createMockMcpServer, deny } from "@agents-internal/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isTransportNotImplemented, isUnauthorized } from "../../src/mcp/errors.ts";
import { APP, createMcpHost } from "./mcp-host.ts";
import { withoutLive } from "./without-live.ts";
import { MCP, MCP_URL, failure, openServer, protectedServer, signIn } from "./mcp-scenes.ts";

describe.each(["legacy", "modern"] as const)("a server of the %s era", (era) => {
  test("is added, listed, called and removed", async () => {
    const { server, host } = openServer({ era });
    const { id, state } = await host.add("mock", MCP_URL);
    expect(state).toBe("ready");
    expect(host.state().tools).toMatchObject([{ name: "echo", serverId: id }]);
    const result = await host.mcp.callTool({ serverId: id, name: "echo", arguments: { text: "hi" } });
    expect(result.content).toEqual([{ type: "text", text: JSON.stringify({ text: "hi" }) }]);
    await host.mcp.removeServer(id);
    expect(host.state()).toEqual({ servers: {}, tools: [], prompts: [], resources: [], resourceTemplates: [] });
    expect(host.ports.sql.dump()).not.toContain(id);
    expect(server.received.map(({ method }) => method)).toContain("tools/call");
  });

  test("is complete after a wake without a single request", async () => {
    const { host } = openServer({ era, instructions: "Be kind.", prompts: [{ name: "greet" }] });
    const { id } = await host.add("mock", MCP_URL);
    const before = host.state();
    host.evict();
    host.network.forget();
    expect(withoutLive(host.state())).toEqual(before);
    // Shown as stored, and that is said.
    expect(before).toEqual(withoutLive(before));
    expect(host.server().live).toBe(false);
    expect(Object.keys(host.mcp.getAITools())).toEqual([`tool_${id}_echo`]);
    await host.ports.settled();
    expect(host.network.requests).toEqual([]);
    expect(host.server()).toMatchObject({ instructions: "Be kind.", capabilities: { tools: { listChanged: true } } });
  });

  test("is resumed by the first call after a wake, without another handshake", async () => {
    const { server, host } = openServer({ era });
    const { id } = await host.add("mock", MCP_URL);
    host.evict();
    const handshakes = () =>
      server.received.filter(({ method }) => method === "initialize" || method === "server/discover").length;
    const before = handshakes();
    await host.mcp.callTool({ serverId: id, name: "echo" });
    expect(handshakes()).toBe(before);
  });

  test("tells of a changed list, and the change is published and stored", async () => {
    const { server, host } = openServer({ era });
    await host.add("mock", MCP_URL);
    await vi.waitFor(() => expect(server.streamCount).toBeGreaterThan(0));
    server.change({ tools: [{ name: "fresh", inputSchema: { type: "object" } }] });
    await vi.waitFor(() => expect(host.state().tools).toMatchObject([{ name: "fresh" }]));
    host.evict();
    expect(host.state().tools).toMatchObject([{ name: "fresh" }]);
  });
});

describe("a lost session", () => {
  test("is replaced once for all who wait, and their calls are made again", async () => {
    const { server, host } = openServer();
    const { id } = await host.add("mock", MCP_URL);
    server.dropSessions();
    const results = await Promise.all(
      Array.from({ length: 5 }, () => host.mcp.callTool({ serverId: id, name: "echo" })),
    );
    expect(results).toHaveLength(5);
    expect(server.received.filter(({ method }) => method === "initialize")).toHaveLength(2);
    expect(host.server().state).toBe("ready");
  });

  test("of which the agent learns after a wake is replaced too", async () => {
    const { server, host } = openServer();
    const { id } = await host.add("mock", MCP_URL);
    server.dropSessions();
    host.evict();
    await expect(host.mcp.callTool({ serverId: id, name: "echo" })).resolves.toBeDefined();
  });
});

describe("a sign-in", () => {
  test("goes from authenticating over connecting and discovering to ready", async () => {
    const { host } = protectedServer();
    await signIn(host);
    expect(host.seen).toEqual(["connecting", "authenticating", "connecting", "discovering", "ready"]);
    expect(host.state().tools).toMatchObject([{ name: "echo" }]);
  });

  test("ends on a page that closes itself and says so without script", async () => {
    const { host } = protectedServer();
    const { end } = await signIn(host);
    expect(end.status).toBe(200);
    expect(end.html).toContain("window.close()");
    expect(end.response?.headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  test("shows an address of the agent itself and never a state, and whom one signs in to", async () => {
    const { host } = protectedServer();
    const { id } = await host.add("mock", MCP_URL);
    const server = host.state().servers[id];
    expect(server?.auth_url).toMatch(new RegExp(`^${APP}/agents/test-agent/test/callback\\?flow=[\\w-]+$`));
    expect(server).toMatchObject({ state: "authenticating", auth_reason: "sign-in", auth_host: "as.example" });
  });

  test("asked for twice at once is one sign-in and one registration", async () => {
    const { as, host } = protectedServer();
    const results = await Promise.all([
      host.add("mock", MCP_URL),
      host.add("mock", MCP_URL),
      host.add("mock", MCP_URL),
    ]);
    expect(new Set(results.map(({ authUrl }) => authUrl)).size).toBe(1);
    expect(as.registrations).toHaveLength(1);
    expect(Object.keys(host.state().servers)).toHaveLength(1);
  });

  test("that is declined ends in a named failure, and the same call asks again", async () => {
    const { host } = protectedServer();
    const result = await host.add("mock", MCP_URL);
    await deny(result.authUrl ?? "", { fetch: (request) => host.network.fetch(request), browser: host.browser });
    expect(host.server()).toMatchObject({ state: "failed", error_code: "authorization-denied", auth_url: null });
    expect((await signIn(host)).id).toBe(result.id);
    expect(host.server().state).toBe("ready");
  });

  test("that nobody finishes ends by itself", async () => {
    const { host } = protectedServer();
    await host.add("mock", MCP_URL);
    host.ports.advance(61 * 60_000);
    await host.ring();
    expect(host.server()).toMatchObject({ state: "failed", error_code: "authorization-expired" });
  });

  test("that ran out while the object slept is over when it wakes", async () => {
    const { host } = protectedServer();
    await host.add("mock", MCP_URL);
    host.ports.advance(61 * 60_000);
    host.evict();
    expect(host.server().state).toBe("failed");
  });

  test("cannot be finished twice", async () => {
    const { host } = protectedServer();
    const { end } = await signIn(host);
    const again = await host.browser.open(end.url);
    expect(again.html).not.toContain("completed");
    expect(host.server().state).toBe("ready");
  });

  test("cannot be finished in another browser", async () => {
    const { host } = protectedServer();
    const { authUrl } = await host.add("mock", MCP_URL);
    const consent = await host.browser.open(authUrl ?? "");
    const state = new URL(consent.url).searchParams.get("state");
    const stolen = new Request(`${APP}/agents/test-agent/test/callback?code=x&state=${state}`);
    const answer = await host.mcp.handleRequest(stolen);
    expect(await answer?.text()).toContain("another browser");
    expect(host.server().state).toBe("authenticating");
    await host.browser.submit(consent.url, { decision: "approve" });
    await host.mcp.waitForConnections();
    expect(host.server().state).toBe("ready");
  });

  test("survives an eviction between any two steps", async () => {
    const { host } = protectedServer();
    const { authUrl } = await host.add("mock", MCP_URL);
    host.evict();
    expect(host.server()).toMatchObject({ state: "authenticating", auth_url: authUrl });
    const consent = await host.browser.open(authUrl ?? "");
    host.evict();
    await host.browser.submit(consent.url, { decision: "approve" });
    await host.mcp.waitForConnections();
    expect(host.server().state).toBe("ready");
    host.evict();
    expect(host.state().tools).toHaveLength(1);
  });
});

describe("a token", () => {
  test("that ended is renewed once for a hundred calls", async () => {
    const { as, host } = protectedServer();
    as.quirks.add("refresh-rotation");
    const { id } = await signIn(host);
    host.ports.advance(2 * 3600_000);
    await Promise.all(Array.from({ length: 100 }, () => host.mcp.callTool({ serverId: id, name: "echo" })));
    expect(as.tokenRequests.filter(({ grant_type }) => grant_type === "refresh_token")).toHaveLength(1);
  });

  test("that was revoked leads to a new sign-in with its reason, in the middle of a call", async () => {
    const { as, host } = protectedServer();
    const { id } = await signIn(host);
    as.endAllGrants();
    const error = await failure(host.mcp.callTool({ serverId: id, name: "echo" }));
    expect(isUnauthorized(error)).toBe(true);
    await vi.waitFor(() => expect(host.server().state).toBe("authenticating"));
    expect(["expired", "revoked"]).toContain(host.server().auth_reason);
    await signIn(host);
    await expect(host.mcp.callTool({ serverId: id, name: "echo" })).resolves.toBeDefined();
  });

  test("is revoked and forgotten when its server is removed", async () => {
    const { as, host } = protectedServer();
    const { id } = await signIn(host);
    await host.mcp.removeServer(id);
    expect(as.revoked.length).toBeGreaterThan(0);
    expect(host.ports.sql.dump()).not.toContain(id);
  });

  test("is kept when its server is only disconnected", async () => {
    const { as, host } = protectedServer();
    const { id } = await signIn(host);
    await host.mcp.closeConnection(id);
    expect(host.server().state).toBe("not-connected");
    expect(host.state().tools).toEqual([]);
    await expect(host.add("mock", MCP_URL)).resolves.toMatchObject({ id, state: "ready" });
    expect(as.registrations).toHaveLength(1);
  });
});

describe("adding", () => {
  test("again joins what is under way and tells its true outcome", async () => {
    const { server, host } = openServer();
    const [first, second] = await Promise.all([host.add("mock", MCP_URL), host.add("mock", MCP_URL)]);
    expect(second).toEqual(first);
    expect(server.received.filter(({ method }) => method === "initialize")).toHaveLength(1);
  });

  test("again tries a failed server once more", async () => {
    const { server, host } = openServer({ faults: ["http-404"] });
    await failure(host.add("mock", MCP_URL));
    expect(host.server().state).toBe("failed");
    server.faults.clear();
    await expect(host.add("mock", MCP_URL)).resolves.toMatchObject({ state: "ready" });
  });

  test("with other headers applies them, and they are stored sealed", async () => {
    const { host } = openServer({ requireHeader: { name: "x-key", value: "CANARY-right" } });
    const error = await failure(host.add("mock", MCP_URL, { transport: { headers: { "x-key": "CANARY-wrong" } } }));
    expect(error.code).not.toBe("internal-error");
    await expect(
      host.add("mock", MCP_URL, { transport: { headers: new Headers({ "x-key": "CANARY-right" }) } }),
    ).resolves.toMatchObject({ state: "ready" });
    host.evict();
    await expect(
      host.mcp.callTool({ serverId: Object.keys(host.state().servers)[0] ?? "", name: "echo" }),
    ).resolves.toBeDefined();
    expect(host.ports.sql.dump()).not.toContain("CANARY");
  });

  test("a taken id, an unknown transport, a name of 10,000 characters and a bad address are coded errors", async () => {
    const { host } = openServer();
    await host.add("mock", MCP_URL, { id: "one" });
    expect(await failure(host.add("other", MCP_URL, { id: "one" }))).toMatchObject({ code: "server-id-taken" });
    expect(await failure(host.add("x", MCP_URL, { transport: { type: "pigeon" as "sse" } }))).toMatchObject({
      code: "option-invalid",
    });
    expect(await failure(host.add("n".repeat(10_000), MCP_URL))).toMatchObject({ code: "option-invalid" });
    for (const bad of ["", "mcp", "javascript:alert(1)", "file:///etc/passwd"])
      expect((await failure(host.add("x", bad))).code).toMatch(/^url-/);
    expect(await failure(host.add("x", "http://169.254.169.254/"))).toMatchObject({ code: "url-blocked" });
    expect(Object.keys(host.state().servers)).toEqual(["one"]);
  });

  test.each([
    ["html", "not-an-mcp-server"],
    ["http-500", "http-error"],
    ["cut-body", "invalid-response"],
    ["not-json-rpc", "invalid-response"],
    ["redirect", "redirect-refused"],
    ["huge", "response-too-large"],
  ] as const)("a server that fails by %s ends as %s, with the entry kept and others untouched", async (fault, code) => {
    const good = createMockMcpServer({ url: "https://good.example/mcp" });
    const bad = createMockMcpServer({ url: MCP_URL, faults: [fault] });
    const host = createMcpHost({ [MCP]: bad.handler, "https://good.example": good.handler });
    await host.add("good", "https://good.example/mcp");
    const adding = failure(host.add("bad", MCP_URL, { retry: { maxAttempts: 1 } }));
    expect(await adding).toMatchObject({
      name: "McpError",
      code,
      message: expect.stringContaining(`Failed to connect to MCP server at ${MCP_URL}`),
    });
    expect(host.server("bad")).toMatchObject({ state: "failed", error_code: code });
    expect(host.server("good").state).toBe("ready");
    expect(host.state().tools).toHaveLength(1);
  });

  test("an unreachable host is tried three times, and then says so", async () => {
    const host = createMcpHost({});
    const adding = failure(host.add("mock", MCP_URL));
    for (let attempt = 1; attempt < 3; attempt += 1) {
      await vi.waitFor(() => expect(host.ports.due.size).toBe(1));
      expect(host.server().state).toBe("connecting");
      host.ports.advance(10_000);
      void host.ring();
    }
    expect(await adding).toMatchObject({ code: "host-unreachable" });
    expect(host.network.requests.filter(({ url }) => url === MCP_URL).length).toBeGreaterThanOrEqual(3);
  });

  test("a sign-in without an address to come back to is unauthorized and says what is missing", async () => {
    const { host } = protectedServer();
    const error = await failure(host.mcp.addServer("mock", MCP_URL, { callbackUrl: null }));
    expect(error.code).toBe("callback-host-required");
    expect(isUnauthorized(error)).toBe(true);
  });

  test("a server without the chosen transport is told apart", async () => {
    const { host } = openServer({ faults: ["http-405"] });
    const error = await failure(host.add("mock", MCP_URL, { transport: { type: "streamable-http" } }));
    expect(isTransportNotImplemented(error)).toBe(true);
  });
});

describe("by hand", () => {
  test("a server is registered, connected and listed in three steps, with either spelling of the options", async () => {
    const { host } = openServer();
    await host.mcp.registerServer("mine", {
      url: MCP_URL,
      name: "Mine",
      callbackUrl: `${APP}/elsewhere/callback`,
      transportOptions: { type: "auto" },
    });
    expect(host.server().state).toBe("not-connected");
    expect(await host.mcp.connectToServer("mine")).toEqual({ state: "connected" });
    expect(host.server().state).toBe("connected");
    expect(await host.mcp.discoverIfConnected("mine")).toEqual({ success: true, state: "ready" });
    expect(host.mcp.listTools({ serverName: "Mine", state: "ready" })).toHaveLength(1);
    expect(host.mcp.listTools({ serverId: ["other"] })).toEqual([]);
    expect(await host.mcp.discoverIfConnected("nobody")).toBeUndefined();
  });

  test("connecting says where to sign in, to a callback of one's own", async () => {
    const { host } = protectedServer();
    await host.mcp.registerServer("mine", { url: MCP_URL, name: "Mine", callbackUrl: `${APP}/elsewhere/callback` });
    const result = await host.mcp.connectToServer("mine");
    expect(result.state).toBe("authenticating");
    const end = await approve(result.state === "authenticating" ? result.authUrl : "", {
      fetch: (request) => host.network.fetch(request),
      browser: host.browser,
    });
    expect(new URL(end.url).pathname).toBe("/elsewhere/callback");
    await host.mcp.waitForConnections();
    expect(host.server().state).toBe("ready");
  });

  test("a connection that fails says why as a value", async () => {
    const { host } = openServer({ faults: ["html"] });
    await host.mcp.registerServer("mine", { url: MCP_URL, name: "Mine" });
    expect(await host.mcp.connectToServer("mine")).toMatchObject({
      state: "failed",
      error: expect.stringContaining("MCP server"),
    });
    expect(await host.mcp.discoverIfConnected("mine")).toMatchObject({ success: false, state: "failed" });
  });

  test("a listing that takes too long is given up and says so", async () => {
    const { server, host } = openServer();
    await host.mcp.registerServer("mine", { url: MCP_URL, name: "Mine", retry: { maxAttempts: 1 } });
    await host.mcp.connectToServer("mine");
    server.faults.add("hang");
    expect(await host.mcp.discoverIfConnected("mine", { timeoutMs: 1 })).toMatchObject({
      success: false,
      error: expect.stringContaining("too long"),
    });
    expect(host.server().error_code).toBe("timeout");
  });

  test("unknown servers are refused with a code", async () => {
    const { host } = openServer();
    for (const call of [
      () => host.mcp.connectToServer("no"),
      () => host.mcp.closeConnection("no"),
      () => host.mcp.callTool({ serverId: "no", name: "x" }),
      () => host.mcp.readResource({ serverId: "__proto__", uri: "x" }),
    ]) {
      expect(await failure(call())).toMatchObject({ code: "server-not-found" });
    }
    const nothing = { refreshToken: "none", accessToken: "none", registration: "none" };
    await expect(host.mcp.removeServer("no")).resolves.toEqual(nothing);
  });
});

test("a call to a server that is not connected says so", async () => {
  const { host } = openServer();
  const { id } = await host.add("mock", MCP_URL);
  await host.mcp.closeConnection(id);
  expect(await failure(host.mcp.callTool({ serverId: id, name: "echo" }))).toMatchObject({
    code: "not-connected",
    serverId: id,
  });
});

test("a removal that was interrupted is finished after the wake", async () => {
  const { as, host } = protectedServer();
  const { id } = await signIn(host);
  void host.mcp.removeServer(id);
  host.evict();
  expect(host.state().servers).toEqual({});
  await host.ports.settled();
  await vi.waitFor(() => expect(host.ports.sql.dump()).not.toContain(id));
  expect(as.revoked.length).toBeGreaterThan(0);
});

test("one broken list does not take the tools away", async () => {
  const { host } = openServer({ prompts: [{ name: "p" }], faults: ["broken-prompts"] });
  await host.add("mock", MCP_URL);
  expect(host.state()).toMatchObject({ tools: [{ name: "echo" }], prompts: [] });
});

test("a server that lists without end is cut and used", async () => {
  const { host } = openServer({ faults: ["endless-pages"], pageSize: 1 });
  await expect(host.add("mock", MCP_URL)).resolves.toMatchObject({ state: "ready" });
});

test("servers called like parts of every object are servers like any other", async () => {
  const { host } = openServer();
  for (const id of ["__proto__", "constructor", "toString"]) {
    await host.mcp.registerServer(id, { url: MCP_URL, name: id });
    await host.mcp.establishConnection(id);
  }
  expect(Object.keys(host.state().servers).sort()).toEqual(["__proto__", "constructor", "toString"]);
  expect(JSON.parse(JSON.stringify(host.state())).tools).toHaveLength(3);
  expect(Object.keys(host.mcp.getAITools())).toHaveLength(3);
});

test("nothing secret is in a snapshot, a log line or a row", async () => {
  const { as, host } = protectedServer();
  await signIn(host);
  const sent = host.network.requests
    .map(({ headers }) => headers["authorization"]?.replace(/^\w+ /, "") ?? "")
    .filter(Boolean);
  const posted = as.tokenRequests.flatMap(({ code, code_verifier, client_secret }) => [
    code,
    code_verifier,
    client_secret,
  ]);
  const secrets = [...sent, ...posted].filter((value) => value !== undefined);
  expect(secrets.length).toBeGreaterThan(2);
  const exposed = [JSON.stringify(host.state()), host.ports.lines.join("\n"), host.ports.sql.dump()].join("\n");
  for (const secret of secrets) {
    expect(exposed).not.toContain(secret);
    expect(exposed).not.toContain(Buffer.from(secret).toString("base64url"));
  }
});

describe("a server nobody uses", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  test("is let go after a minute, so that the object can sleep, and its session is kept", async () => {
    const { server, host } = openServer();
    await host.add("mock", MCP_URL);
    await vi.waitFor(() => expect(server.streamCount).toBe(1));
    const pass = async (ms: number): Promise<void> => {
      host.ports.advance(ms);
      await vi.advanceTimersByTimeAsync(ms);
    };
    await pass(59_000);
    expect(server.streamCount).toBe(1);
    await pass(1_000);
    await vi.waitFor(() => expect(server.streamCount).toBe(0));
    expect(server.sessionCount).toBe(1);
    expect(host.server().state).toBe("ready");
  });

  test("is resumed by its next use, and what changed meanwhile is heard", async () => {
    const { server, host } = openServer();
    const { id } = await host.add("mock", MCP_URL);
    host.ports.advance(60_000);
    await vi.advanceTimersByTimeAsync(60_000);
    await vi.waitFor(() => expect(server.streamCount).toBe(0));
    server.change({ tools: [{ name: "fresh", inputSchema: { type: "object" } }] });
    host.ports.advance(10 * 60_000);
    await host.mcp.callTool({ serverId: id, name: "fresh" });
    await vi.waitFor(() => expect(host.state().tools).toMatchObject([{ name: "fresh" }]));
    expect(server.received.filter(({ method }) => method === "initialize")).toHaveLength(1);
  });

  test("is not let go while a call waits for its answer", async () => {
    let answer: (result: { content: [] }) => void = () => undefined;
    const slow = {
      name: "slow",
      inputSchema: { type: "object" },
      handle: () => new Promise<{ content: [] }>((resolve) => (answer = resolve)),
    };
    const { server, host } = openServer({ tools: [slow] });
    const { id } = await host.add("mock", MCP_URL);
    const call = host.mcp.callTool({ serverId: id, name: "slow" }, { timeout: 600_000 });
    await vi.waitFor(() => expect(server.received.at(-1)?.method).toBe("tools/call"));
    await vi.advanceTimersByTimeAsync(120_000);
    answer({ content: [] });
    expect(await call).toEqual({ content: [] });
  });
});
