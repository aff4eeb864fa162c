import { createMockMcpServer, ECHO_TOOL, type FetchHandler } from "@agents-internal/testing";
import { describe, expect, test, vi } from "vitest";
import {
  asks,
  consent,
  failure,
  gate,
  ISSUER,
  MCP,
  MCP_URL,
  openServer,
  protectedServer,
  signIn,
} from "./mcp-scenes.ts";
import type { McpHost } from "./mcp-host.ts";

const everything = () => true;

/** Puts a gate in front of a host of the network. */
function before(host: McpHost, origin: string, handler: FetchHandler, stops: Parameters<typeof gate>[1] = everything) {
  const gated = gate(handler, stops);
  host.network.route(origin, gated.handler);
  return gated;
}

describe("a server that is removed while", () => {
  test("a connection to it is being opened leaves no row and no session behind", async () => {
    const { server, host } = openServer();
    const gated = before(host, MCP, server.handler, asks("notifications/initialized"));
    const stopped = gated.stop();
    const adding = failure(host.add("mock", MCP_URL, { id: "gone" }));
    await stopped;
    await host.mcp.removeServer("gone");
    gated.go();
    expect(await adding).toMatchObject({ code: "removed" });
    await host.ports.settled();
    expect(host.ports.sql.dump()).not.toContain("gone");
    expect(server.streamCount).toBe(0);
  });

  test("its authorization server is being looked for leaves no row behind", async () => {
    const { as, host } = protectedServer();
    const gated = before(host, ISSUER, as.handler);
    const stopped = gated.stop();
    const adding = failure(host.add("mock", MCP_URL, { id: "gone" }));
    await stopped;
    const removing = host.mcp.removeServer("gone");
    await adding;
    gated.go();
    await removing;
    await host.ports.settled();
    expect(host.ports.sql.dump()).not.toContain("gone");
    expect(as.registrations).toEqual([]);
  });

  test("its options change leaves no row behind", async () => {
    const { host } = openServer();
    await host.add("mock", MCP_URL, { id: "gone", transport: { headers: { "x-key": "one" } } });
    const changing = failure(host.add("mock", MCP_URL, { id: "gone", transport: { headers: {} } }));
    // Until the old headers are being opened.
    for (let ticks = 0; ticks < 5; ticks += 1) await Promise.resolve();
    await host.mcp.removeServer("gone");
    expect(await changing).toMatchObject({ code: "removed" });
    await host.ports.settled();
    expect(host.ports.sql.dump()).not.toContain("gone");
  });

  test("its code is being redeemed stores nothing, and tells the person", async () => {
    const { as, host } = protectedServer();
    const { id, authUrl } = await host.add("mock", MCP_URL);
    const gated = before(host, ISSUER, as.handler, (request) => request.url.includes("token"));
    const stopped = gated.stop();
    const ending = consent(host, authUrl ?? "");
    await stopped;
    const removing = host.mcp.removeServer(id);
    gated.go();
    await removing;
    expect((await ending).html).not.toContain("completed");
    await host.ports.settled();
    expect(as.revoked).toHaveLength(2);
    expect(host.ports.sql.dump()).not.toContain(id);
  });
});

describe("options that change while", () => {
  test("a sign-in is being prepared are those of the sign-in that is offered", async () => {
    const { as, host } = protectedServer();
    const gated = before(host, ISSUER, as.handler);
    const stopped = gated.stop();
    const first = host.add("mock", MCP_URL, { oauth: { scopes: ["old"] } });
    await stopped;
    const second = host.add("mock", MCP_URL, { oauth: { scopes: ["new"] } });
    await vi.waitFor(() => expect(host.network.requests.filter(({ url }) => url === MCP_URL)).toHaveLength(2));
    for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    gated.go();
    const [one, two] = await Promise.all([first, second]);
    expect(one).toEqual(two);
    expect(host.server()).toMatchObject({ state: "authenticating", auth_scopes: ["new"], auth_url: two.authUrl });
    await consent(host, two.authUrl ?? "");
    expect(host.server().state).toBe("ready");
  });

  test("the connection is being opened leave one session, and it is the stored one", async () => {
    const { server, host } = openServer();
    const gated = before(host, MCP, server.handler, asks("notifications/initialized"));
    const stopped = gated.stop();
    const first = host.add("mock", MCP_URL);
    await stopped;
    const second = host.add("mock", MCP_URL, { retry: { maxAttempts: 2 } });
    await vi.waitFor(() =>
      expect(host.network.requests.filter(({ body }) => body.includes('"initialize"'))).toHaveLength(2),
    );
    gated.go();
    expect(await first).toEqual(await second);
    await host.ports.settled();
    await vi.waitFor(() => expect(server.sessionCount).toBe(1));
    host.evict();
    const handshakes = server.received.filter(({ method }) => method === "initialize").length;
    await host.mcp.callTool({ serverId: (await second).id, name: "echo" });
    expect(server.received.filter(({ method }) => method === "initialize")).toHaveLength(handshakes);
  });

  test("a call waits for the session to be resumed do not fail the call", async () => {
    const { server, host } = openServer();
    const { id } = await host.add("mock", MCP_URL);
    server.dropSessions();
    host.evict();
    const gated = before(host, MCP, server.handler, asks("initialize"));
    const stopped = gated.stop();
    const calling = host.mcp.callTool({ serverId: id, name: "echo" });
    await stopped;
    const adding = host.add("mock", MCP_URL, { retry: { maxAttempts: 2 } });
    await vi.waitFor(() =>
      expect(host.network.requests.filter(({ body }) => body.includes('"initialize"'))).toHaveLength(3),
    );
    gated.go();
    await adding;
    await expect(calling).resolves.toBeDefined();
  });
});

test("a server that is closed while it is being opened stays closed, and has no session", async () => {
  const { server, host } = openServer();
  const gated = before(host, MCP, server.handler, asks("notifications/initialized"));
  const stopped = gated.stop();
  const adding = failure(host.add("mock", MCP_URL, { id: "shut" }));
  await stopped;
  await host.mcp.closeConnection("shut");
  expect(await adding).toMatchObject({ code: "not-connected" });
  gated.go();
  await host.ports.settled();
  expect(host.server().state).toBe("not-connected");
  expect(server.streamCount).toBe(0);
});

test("a sign-in that is closed while its code is redeemed stores no tokens, and gives them back", async () => {
  const { as, host } = protectedServer();
  const { id, authUrl } = await host.add("mock", MCP_URL);
  const gated = before(host, ISSUER, as.handler, (request) => request.url.includes("token"));
  const stopped = gated.stop();
  const ending = consent(host, authUrl ?? "");
  await stopped;
  await host.mcp.closeConnection(id);
  gated.go();
  expect((await ending).html).not.toContain("completed");
  await host.ports.settled();
  expect(as.revoked).toHaveLength(2);
  expect(host.server().state).toBe("not-connected");
  expect((await host.add("mock", MCP_URL)).state).toBe("authenticating");
});

test("a step-up that is closed while its code is redeemed takes nothing away: the sign-in there was is kept", async () => {
  const wipe = { name: "wipe", inputSchema: { type: "object" as const }, requiredScopes: ["admin"] };
  const { as, host } = protectedServer({ tools: [ECHO_TOOL, wipe], scopes: ["basic"] });
  const { id } = await signIn(host);
  await failure(host.mcp.callTool({ serverId: id, name: "wipe" }));
  const gated = before(host, ISSUER, as.handler, (request) => request.url.includes("token"));
  const stopped = gated.stop();
  const ending = consent(host, host.server().auth_url ?? "");
  await stopped;
  await host.mcp.closeConnection(id);
  gated.go();
  await ending;
  await host.ports.settled();
  expect(as.revoked).toEqual([]);
  expect((await host.add("mock", MCP_URL)).state).toBe("ready");
});

test("removing a server gives back the sign-ins that were replaced, too", async () => {
  const wipe = { name: "wipe", inputSchema: { type: "object" as const }, requiredScopes: ["admin"] };
  const { as, host } = protectedServer({ tools: [ECHO_TOOL, wipe], scopes: ["basic"] });
  const { id } = await signIn(host);
  await failure(host.mcp.callTool({ serverId: id, name: "wipe" }));
  await consent(host, host.server().auth_url ?? "");
  // Renewing carries what was replaced along.
  host.ports.advance(3_600_000);
  await host.mcp.callTool({ serverId: id, name: "echo" });
  await host.mcp.removeServer(id);
  expect(as.revoked).toHaveLength(3);
  expect(new Set(as.revoked).size).toBe(3);
});

test("a list that changes while the first reading is under way is read again", async () => {
  const { server, host } = openServer();
  // The answer is old by the time it arrives.
  const gated = gate(server.handler, asks("tools/list"), true);
  host.network.route(MCP, gated.handler);
  const stopped = gated.stop();
  const adding = host.add("mock", MCP_URL);
  await stopped;
  await vi.waitFor(() => expect(server.streamCount).toBe(1));
  server.change({ tools: [{ name: "fresh", inputSchema: { type: "object" } }] });
  gated.go();
  await adding;
  await vi.waitFor(() => expect(host.state().tools).toMatchObject([{ name: "fresh" }]));
});

test("a call that began before a new sign-in does not ask for another one", async () => {
  const { as, server, host } = protectedServer();
  const { id } = await signIn(host);
  const gated = before(host, MCP, server.handler, asks("tools/call"));
  const stopped = gated.stop();
  const calling = failure(host.mcp.callTool({ serverId: id, name: "echo" }));
  await stopped;
  await host.mcp.closeConnection(id);
  as.endAllGrants();
  await signIn(host);
  gated.go();
  await calling;
  await host.ports.settled();
  expect(host.server().state).toBe("ready");
});

test("two servers are added at the same time without waiting for each other's network", async () => {
  const slow = createMockMcpServer({ url: "https://slow.example/mcp" });
  const { host } = openServer();
  const gated = gate(slow.handler, everything);
  host.network.route("https://slow.example", gated.handler);
  const stopped = gated.stop();
  const waiting = host.add("slow", "https://slow.example/mcp");
  await stopped;
  await expect(host.add("mock", MCP_URL)).resolves.toMatchObject({ state: "ready" });
  gated.go();
  await expect(waiting).resolves.toMatchObject({ state: "ready" });
});
