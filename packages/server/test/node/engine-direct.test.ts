import { createMockAuthorizationServer, createMockMcpServer, createTestBrowser } from "@agents-internal/testing";
import { expect, test } from "vitest";
import type { EngineOptions } from "../../src/mcp/engine.ts";
import { createMcpHost } from "./mcp-host.ts";
import { consent, failure, ISSUER, MCP, MCP_URL } from "./mcp-scenes.ts";

const SIGNED_IN = "You are signed in.";
const DIRECT = { oauth: { startUrl: "direct" as const } };

function scene(options: Partial<EngineOptions>) {
  const as = createMockAuthorizationServer({ issuer: ISSUER });
  const server = createMockMcpServer({ url: MCP_URL, authorization: { issuers: [ISSUER], check: as.check } });
  return { as, host: createMcpHost({ [MCP]: server.handler, [ISSUER]: as.handler }, options) };
}

/** The person may use any browser: nothing binds the sign-in to one. */
async function approveDirectly({ host }: ReturnType<typeof scene>, url: string) {
  const browser = createTestBrowser((request) => host.network.fetch(request));
  const page = await browser.open(url);
  const end = await browser.submit(page.url, { decision: "approve" });
  await host.mcp.waitForConnections();
  return end;
}

test("an address at the provider ends a sign-in whose person the app knows, also after a wake", async () => {
  const people: string[] = [];
  const world = scene({ verifyCallbackUser: (_request, { serverId }) => people.push(serverId) > 0 });
  const { host } = world;
  const { id, authUrl = "" } = await host.add("mock", MCP_URL, DIRECT);
  expect(new URL(authUrl).origin).toBe(ISSUER);
  expect(new URL(authUrl).searchParams.get("state")).toMatch(/^[\w-]{43}$/);
  // What every connected browser is told carries no state.
  expect(host.server().auth_url).toContain("/callback?flow=");
  expect(JSON.stringify(host.state())).not.toContain(new URL(authUrl).searchParams.get("state"));
  host.evict();
  expect((await approveDirectly(world, authUrl)).html).toContain(SIGNED_IN);
  expect(host.server().state).toBe("ready");
  expect(people).toEqual([id]);
});

test("somebody else who comes back is refused, and the right person can still end it", async () => {
  let isRight = false;
  const world = scene({ verifyCallbackUser: () => isRight });
  const { host, as } = world;
  const { authUrl = "" } = await host.add("mock", MCP_URL, DIRECT);
  expect((await approveDirectly(world, authUrl)).html).not.toContain(SIGNED_IN);
  expect(as.tokenRequests).toEqual([]);
  expect(host.server().state).toBe("authenticating");
  isRight = true;
  await approveDirectly(world, authUrl);
  expect(host.server().state).toBe("ready");
});

test("without anybody who looks at who comes back, no such address is given", async () => {
  const { host } = scene({});
  expect(await failure(host.add("mock", MCP_URL, DIRECT))).toMatchObject({ code: "option-invalid" });
  expect(host.state().servers).toEqual({});
});

test("where nobody looks any more by the time somebody comes back, the sign-in is nobody's", async () => {
  const options: { verifyCallbackUser?: EngineOptions["verifyCallbackUser"] } = { verifyCallbackUser: () => true };
  const world = scene(options);
  const { host, as } = world;
  const { authUrl = "" } = await host.add("mock", MCP_URL, DIRECT);
  const { callback } = await sentBack(world, authUrl);
  // The rows under another version of the app.
  const later = createMcpHost({});
  Object.assign(later.ports.sql, host.ports.sql);
  const verdict = await later.mcp.handleRequest(new Request(callback));
  expect(await verdict?.text()).not.toContain(SIGNED_IN);
  expect(as.tokenRequests).toEqual([]);
});

test("the page for everybody goes on working beside it, bound to its browser", async () => {
  const { host } = scene({ verifyCallbackUser: () => true });
  await host.add("mock", MCP_URL, DIRECT);
  await consent(host, host.server().auth_url ?? "");
  expect(host.server().state).toBe("ready");
});

async function sentBack({ host }: ReturnType<typeof scene>, url: string) {
  const body = new URLSearchParams({ decision: "approve" });
  const response = await host.network.fetch(new Request(url, { method: "POST", body, redirect: "manual" }));
  return { callback: response.headers.get("location") ?? "" };
}
