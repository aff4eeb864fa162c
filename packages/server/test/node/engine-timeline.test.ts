import { deny } from "@agents-internal/testing";
import { describe, expect, test, vi } from "vitest";
import { createMcpTables, openMcpDatabase } from "../../src/mcp/schema.ts";
import { createTimelineTable } from "../../src/mcp/storage/timeline-table.ts";
import { createTimeline } from "../../src/mcp/timeline/recorder.ts";
import { createNodeDatabase } from "./node-database.ts";
import { MCP_URL, consent, failure, openServer, protectedServer, signIn } from "./mcp-scenes.ts";
import { createMcpHost, type McpHost } from "./mcp-host.ts";

const stepsOf = (host: McpHost, id: string) => host.mcp.getTimeline(id).map(({ step }) => step);
/** Rows written, ever. */
const writes = ({ ports }: McpHost) => ports.sql.all<{ n: number }>("SELECT total_changes() AS n")[0]?.n;

test("a server without authorization tells of its way to ready", async () => {
  const { host } = openServer();
  const { id } = await host.add("mock", MCP_URL);
  expect(host.mcp.getTimeline(id)).toMatchObject([
    { number: 1, step: "added", host: "mcp.example", times: 1 },
    { number: 2, step: "connecting", state: "connecting", host: "mcp.example" },
    { number: 3, step: "connected", state: "discovering" },
    { number: 4, step: "ready", state: "ready", code: null, next: null },
  ]);
});

test("a sign-in is told from the first refusal to the token", async () => {
  const { host } = protectedServer();
  const { id } = await signIn(host);
  const steps = stepsOf(host, id).filter((step) => step !== "probe");
  expect(steps).toEqual([
    "added",
    "connecting",
    "unauthorized",
    "client-chosen",
    "sign-in-prepared",
    "sign-in-needed",
    "sign-in-opened",
    "callback-accepted",
    "token-obtained",
    "signed-in",
    "connected",
    "ready",
  ]);
  expect(host.mcp.getTimeline(id).find(({ step }) => step === "sign-in-needed")).toMatchObject({
    state: "authenticating",
    next: "sign-in",
    nextAt: host.ports.clock.now() + 3_600_000,
  });
});

test("a declined sign-in says so, and that asking again can help", async () => {
  const { host } = protectedServer();
  const result = await host.add("mock", MCP_URL);
  await deny(result.authUrl ?? "", { fetch: (request) => host.network.fetch(request), browser: host.browser });
  expect(host.mcp.getTimeline(result.id).at(-1)).toMatchObject({
    step: "callback-denied",
    state: "failed",
    code: "authorization-denied",
    next: "ask-again",
  });
});

test("a failure says when it is tried again, and the last one that it is not", async () => {
  const host = createMcpHost({});
  const adding = failure(host.add("mock", MCP_URL));
  await vi.waitFor(() => expect(host.ports.due.size).toBe(1));
  const [first] = [...host.ports.due.values()];
  for (let ring = 0; ring < 2; ring += 1) {
    await vi.waitFor(() => expect(host.ports.due.size).toBe(1));
    host.ports.advance(10_000);
    // It ends with the last attempt.
    void host.ring();
  }
  const { serverId = "" } = await adding;
  const entries = host.mcp.getTimeline(serverId);
  expect(entries.map(({ step, next }) => [step, next])).toEqual([
    ["added", null],
    ["connecting", null],
    ["failed", "retry"],
    ["retrying", null],
    ["failed", "retry"],
    ["retrying", null],
    ["failed", "ask-again"],
  ]);
  expect(entries[2]).toMatchObject({ code: "host-unreachable", nextAt: first, state: "connecting" });
});

describe("nothing is written", () => {
  test("for a good call", async () => {
    const { host } = openServer();
    const { id } = await host.add("mock", MCP_URL);
    const before = writes(host);
    await host.mcp.callTool({ serverId: id, name: "echo" });
    expect(writes(host)).toBe(before);
  });

  test("by a plain wake, nor by the call that resumes the session", async () => {
    const { host } = openServer();
    const { id } = await host.add("mock", MCP_URL);
    const before = host.mcp.getTimeline(id);
    host.evict();
    expect(host.mcp.getTimeline(id)).toEqual(before);
    await host.mcp.callTool({ serverId: id, name: "echo" });
    await host.ports.settled();
    expect(host.mcp.getTimeline(id)).toEqual(before);
  });
});

test("a lost session and its replacement are told", async () => {
  const { server, host } = openServer();
  const { id } = await host.add("mock", MCP_URL);
  server.dropSessions();
  await host.mcp.callTool({ serverId: id, name: "echo" });
  expect(stepsOf(host, id).slice(-2)).toEqual(["session-lost", "session-reopened"]);
});

test("it outlives an eviction, keeps the newest 200 entries, and goes with the server", async () => {
  const { host } = openServer();
  const { id } = await host.add("mock", MCP_URL);
  for (let round = 0; round < 60; round += 1) {
    await host.mcp.closeConnection(id);
    await host.mcp.establishConnection(id);
  }
  host.evict();
  const entries = host.mcp.getTimeline(id);
  expect(entries).toHaveLength(200);
  expect(entries.at(-1)).toMatchObject({ number: 4 + 60 * 4, step: "ready" });
  await host.mcp.removeServer(id);
  expect(host.ports.sql.dump()).not.toContain(id);
  expect(() => host.mcp.getTimeline(id)).toThrow(expect.objectContaining({ code: "server-not-found" }) as Error);
});

test("the same thing several times in a row is one entry", async () => {
  const { host } = protectedServer();
  const { id, authUrl = "" } = await host.add("mock", MCP_URL);
  // The second opening comes with another client, which is an entry between the first and the others.
  for (let round = 0; round < 4; round += 1) await host.browser.open(authUrl);
  expect(host.mcp.getTimeline(id).at(-1)).toMatchObject({ step: "sign-in-opened", times: 3, host: "as.example" });
});

test("the report says where a server stands, what to do, and how it came there", async () => {
  const { host, as } = protectedServer({ scopes: ["notes:read"] });
  as.quirks.add("pkce-not-advertised");
  const { serverId = "" } = await failure(host.add("Ada's notes", `${MCP_URL}?key=CANARY-query`));
  const report = host.mcp.report(serverId);
  expect(report).toBe(`MCP server report, agents 0.1.0

server: https://mcp.example/mcp
transport: auto, never connected
state: failed
error: pkce-unadvertised, while connecting: The sign-in service does not say whether it offers the protection this agent insists on (PKCE S256).
what to do: look up pkce-unadvertised in docs/errors.md
offers: 0 tools, 0 prompts, 0 resources, 0 resourceTemplates
vault: keyed

What happened (UTC, oldest first)
1. 2026-01-01T00:00:00.000Z added · mcp.example · auto
2. 2026-01-01T00:00:00.000Z connecting · now connecting · mcp.example
3. 2026-01-01T00:00:00.000Z unauthorized · HTTP 401 · mcp.example
4. 2026-01-01T00:00:00.000Z probe · HTTP 200 · https://mcp.example/.well-known/oauth-protected-resource/mcp · protected resource: taken
5. 2026-01-01T00:00:00.000Z probe · pkce-unadvertised · HTTP 200 · https://as.example/.well-known/oauth-authorization-server · authorization server: not taken
6. 2026-01-01T00:00:00.000Z failed · now failed · pkce-unadvertised · next: mend
`);
  expect(host.mcp.report(serverId)).toBe(report);
});

test("the report of a server that works says over what, and which exceptions it needs", async () => {
  const { host, as } = protectedServer();
  as.quirks.add("pkce-not-advertised");
  const exceptions = { unadvertisedPkce: true, omitResource: false };
  const { id, authUrl = "" } = await host.add("mock", MCP_URL, { oauth: { exceptions } });
  expect(host.mcp.report(id)).toContain("\nsign-in: sign-in, at as.example, scopes: none named\n");
  await consent(host, authUrl);
  const report = host.mcp.report(id);
  expect(report).toContain("\nsoftware: mock 1.0.0\n");
  expect(report).toContain("\ntransport: streamable-http (asked for: auto), legacy era, revision 2025-11-25\n");
  expect(report).toContain("\nexceptions: granted omitResource, unadvertisedPkce; used unadvertisedPkce\n");
  expect(report).toContain("\noffers: 1 tools,");
});

test("an entry of a transaction that was undone is none, also for those that follow", () => {
  const sql = openMcpDatabase(createNodeDatabase());
  createMcpTables(sql);
  sql.run("INSERT INTO agents_mcp_servers VALUES ('s', 'n', 'https://s.example', NULL, '{}', 0, '{}', NULL, 0, 0)");
  const timeline = createTimeline(createTimelineTable(sql), { now: () => 1 });
  timeline.record("s", { step: "added" });
  const undone = () =>
    sql.transaction(() => {
      timeline.record("s", { step: "connecting" });
      throw new Error("no");
    });
  expect(undone).toThrow("no");
  for (let times = 0; times < 3; times += 1) timeline.record("s", { step: "connecting" });
  timeline.record("gone", { step: "added" });
  expect(timeline.of("s").map(({ number, step, times }) => `${number} ${step} ${times}`)).toEqual([
    "1 added 1",
    "2 connecting 3",
  ]);
  expect(timeline.of("gone")).toEqual([]);
});
