import { expect, test } from "vitest";
import type { AddMcpServerOptions } from "../../src/mcp/options.ts";
import { consent, failure, ISSUER, MCP_URL, protectedServer } from "./mcp-scenes.ts";

const HOUR = 3_600_000;

/** Signed in; `renewals` counts what the authorization server was asked. */
async function signedIn(oauth: NonNullable<AddMcpServerOptions["oauth"]>) {
  const scene = protectedServer();
  const { host, as } = scene;
  const { id, authUrl } = await host.add("mock", MCP_URL, { id: "mine", oauth });
  await consent(host, authUrl ?? "");
  const renewals = () => as.tokenRequests.filter((form) => form["grant_type"] === "refresh_token").length;
  return { ...scene, id, renewals };
}

test("a token is renewed by use alone, unless an alarm was asked for", async () => {
  const { host, renewals } = await signedIn({});
  host.ports.advance(HOUR);
  await host.ring();
  expect(renewals()).toBe(0);
});

test("a token that is to be renewed while nobody uses the server is, again and again and after a wake", async () => {
  const { host, renewals, id } = await signedIn({ renewWhenIdle: true });
  for (let round = 1; round <= 3; round += 1) {
    host.ports.advance(HOUR - 20_000);
    host.evict();
    await host.ring();
    expect(renewals()).toBe(round);
    expect(host.server().state).toBe("ready");
  }
  await host.mcp.callTool({ serverId: id, name: "echo" });
  expect(renewals()).toBe(3);
});

test("an alarm that finds the authorization server in trouble tries again, and nobody is signed out", async () => {
  const { host, as, renewals } = await signedIn({ renewWhenIdle: true });
  as.quirks.add("token-error-500");
  host.ports.advance(HOUR - 20_000);
  await host.ring();
  as.quirks.clear();
  host.ports.advance(10_000);
  await host.ring();
  expect(renewals()).toBe(2);
  expect(host.server().state).toBe("ready");
});

test("an alarm that finds the grant gone says so before anybody calls, without opening anything", async () => {
  const { host, as } = await signedIn({ renewWhenIdle: true });
  as.quirks.add("refresh-refused");
  host.ports.advance(HOUR - 20_000);
  await host.ring();
  expect(host.server()).toMatchObject({ state: "authenticating", auth_reason: "expired" });
  expect(host.ports.due.has("mcp:renew:mine")).toBe(false);
});

test("a call at a provider that asks for patience says how long, asks nobody meanwhile, and goes well afterwards", async () => {
  const { host, as, id } = await signedIn({});
  let asked = 0;
  const busy = (request: Request) => {
    if (!request.url.endsWith("/token")) return as.handler(request);
    asked += 1;
    return Promise.resolve(new Response("slow down", { status: 429, headers: { "retry-after": "30" } }));
  };
  host.network.route(ISSUER, busy);
  host.ports.advance(HOUR);
  const call = () => host.mcp.callTool({ serverId: id, name: "echo" });
  for (let round = 0; round < 3; round += 1)
    expect(await failure(call())).toMatchObject({
      code: "http-error",
      status: 429,
      retryable: true,
      retryAfter: 30_000,
    });
  expect(asked).toBe(1);
  expect(host.server().state).toBe("ready");
  host.network.route(ISSUER, as.handler);
  host.ports.advance(30_000);
  await expect(call()).resolves.toBeDefined();
});

test("an alarm of a server that was removed is gone with it", async () => {
  const { host, id } = await signedIn({ renewWhenIdle: true });
  expect(host.ports.due.has("mcp:renew:mine")).toBe(true);
  await host.mcp.removeServer(id);
  expect([...host.ports.due.keys()]).toEqual([]);
});

test("two entries of one address have a grant each, and renew without each other", async () => {
  const { host, as, renewals, id } = await signedIn({});
  const second = await host.add("second", MCP_URL, { id: "second" });
  await consent(host, second.authUrl ?? "");
  host.ports.advance(HOUR);
  await Promise.all([id, "second"].map((serverId) => host.mcp.callTool({ serverId, name: "echo" })));
  expect(renewals()).toBe(2);
  const spent = as.tokenRequests.flatMap((form) => form["refresh_token"] ?? []);
  expect(new Set(spent).size).toBe(2);
});
