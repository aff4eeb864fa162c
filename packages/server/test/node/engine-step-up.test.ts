import { deny, ECHO_TOOL } from "@agents-internal/testing";
import { describe, expect, test, vi } from "vitest";
import { consent, failure, ISSUER, protectedServer, signIn } from "./mcp-scenes.ts";

const ADMIN_TOOL = { name: "wipe", inputSchema: { type: "object" as const }, requiredScopes: ["admin"] };

/** Signed in, and a tool was called that needs more than was granted. */
async function askedForMore() {
  const scene = protectedServer({ tools: [ECHO_TOOL, ADMIN_TOOL], scopes: ["basic"] });
  const { id } = await signIn(scene.host);
  const error = await failure(scene.host.mcp.callTool({ serverId: id, name: "wipe" }));
  expect(scene.host.server().state).toBe("authenticating");
  const echo = () => scene.host.mcp.callTool({ serverId: id, name: "echo" });
  return { ...scene, id, error, echo };
}

describe("when a tool needs more permission", () => {
  test("the caller is told, the scopes are shown, and everything else goes on", async () => {
    const { host, error, echo } = await askedForMore();
    expect(error).toMatchObject({ code: "insufficient-scope", status: 403 });
    expect(host.server()).toMatchObject({ auth_reason: "more-scope", auth_scopes: expect.arrayContaining(["admin"]) });
    expect(host.state().tools).toHaveLength(2);
    await expect(echo()).resolves.toBeDefined();
  });

  test("and it is granted, the tool works, over one session with one stream", async () => {
    const { server, host, id } = await askedForMore();
    await consent(host, host.server().auth_url ?? "");
    await expect(host.mcp.callTool({ serverId: id, name: "wipe" })).resolves.toBeDefined();
    await host.ports.settled();
    await vi.waitFor(() => expect(server).toMatchObject({ streamCount: 1, sessionCount: 1 }));
  });

  test("and it is declined, everything else goes on, over one session with one stream", async () => {
    const { server, host, echo } = await askedForMore();
    await deny(host.server().auth_url ?? "", {
      fetch: (request) => host.network.fetch(request),
      browser: host.browser,
    });
    await host.mcp.waitForConnections();
    expect(host.server().state).toBe("ready");
    await expect(echo()).resolves.toBeDefined();
    await vi.waitFor(() => expect(server).toMatchObject({ streamCount: 1, sessionCount: 1 }));
  });

  test("and nobody answers, everything else goes on", async () => {
    const { server, host, echo } = await askedForMore();
    host.ports.advance(61 * 60_000);
    await host.ring();
    await host.mcp.waitForConnections();
    expect(host.server()).toMatchObject({ state: "ready", auth_url: null });
    await expect(echo()).resolves.toBeDefined();
    await vi.waitFor(() => expect(server).toMatchObject({ streamCount: 1, sessionCount: 1 }));
  });

  test("and the code is refused, everything else goes on", async () => {
    const { as, host, echo } = await askedForMore();
    as.quirks.add("token-error-200");
    await consent(host, host.server().auth_url ?? "");
    as.quirks.clear();
    expect(host.server().state).toBe("ready");
    await expect(echo()).resolves.toBeDefined();
  });

  test("and the session is lost meanwhile, it is replaced", async () => {
    const { server, host, echo } = await askedForMore();
    server.dropSessions();
    await expect(echo()).resolves.toBeDefined();
    expect(host.server()).toMatchObject({ state: "authenticating", auth_reason: "more-scope" });
  });

  test("and the object sleeps meanwhile, everything else goes on", async () => {
    const { host, echo } = await askedForMore();
    host.evict();
    expect(host.state().tools).toHaveLength(2);
    await expect(echo()).resolves.toBeDefined();
  });

  test("and where to ask for it cannot be found, everything else goes on", async () => {
    const { host } = protectedServer({ tools: [ECHO_TOOL, ADMIN_TOOL], scopes: ["basic"] });
    const { id } = await signIn(host);
    host.network.route(ISSUER, null);
    // What was found for the first sign-in is not believed any more.
    host.ports.advance(11 * 60_000);
    await failure(host.mcp.callTool({ serverId: id, name: "wipe" }));
    await host.ports.settled();
    expect(host.server()).toMatchObject({ state: "ready", error_code: null });
    await expect(host.mcp.callTool({ serverId: id, name: "echo" })).resolves.toBeDefined();
  });
});

test("a call that runs while more permission is granted is not cut off", async () => {
  let finish = (): void => undefined;
  const slow = {
    name: "slow",
    inputSchema: { type: "object" as const },
    handle: () =>
      new Promise<{ content: [] }>((resolve) => {
        finish = () => resolve({ content: [] });
      }),
  };
  const { host, server } = protectedServer({ tools: [ADMIN_TOOL, slow], scopes: ["basic"] });
  const { id } = await signIn(host);
  const calling = host.mcp.callTool({ serverId: id, name: "slow" });
  await vi.waitFor(() => expect(server.received.at(-1)?.params).toMatchObject({ name: "slow" }));
  await failure(host.mcp.callTool({ serverId: id, name: "wipe" }));
  await vi.waitFor(() => expect(host.server().state).toBe("authenticating"));
  await consent(host, host.server().auth_url ?? "");
  expect(host.server().state).toBe("ready");
  finish();
  await expect(calling).resolves.toBeDefined();
  await vi.waitFor(() => expect(server.sessionCount).toBe(1));
});

test("three sign-ins in vain are enough, over evictions and other sessions, until a call went well", async () => {
  const greedy = { name: "greedy", inputSchema: { type: "object" as const }, requiredScopes: ["never-granted"] };
  const { host, as } = protectedServer({ tools: [ECHO_TOOL, greedy], scopes: ["basic"] });
  const { id } = await signIn(host);
  const call = (name: string) => host.mcp.callTool({ serverId: id, name });
  as.quirks.add("scope-narrowed");
  for (let signIns = 1; signIns < 3; signIns += 1) {
    expect(await failure(call("greedy"))).toMatchObject({ code: "insufficient-scope" });
    expect(host.server().state).toBe("authenticating");
    await consent(host, host.server().auth_url ?? "");
    host.evict();
  }
  expect(await failure(call("greedy"))).toMatchObject({ code: "insufficient-scope" });
  await host.ports.settled();
  expect(host.server()).toMatchObject({ state: "ready", auth_url: null });
  await expect(call("echo")).resolves.toBeDefined();
  await failure(call("greedy"));
  expect(host.server().state).toBe("authenticating");
});
