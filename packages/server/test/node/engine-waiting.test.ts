import { deny, ECHO_TOOL } from "@agents-internal/testing";
import { describe, expect, test, vi } from "vitest";
import { CALLBACK } from "./mcp-host.ts";
import { consent, failure, ISSUER, MCP_URL, protectedServer } from "./mcp-scenes.ts";

const ADMIN_TOOL = { name: "wipe", inputSchema: { type: "object" as const }, requiredScopes: ["admin"] };
const AUDIT_TOOL = { name: "audit", inputSchema: { type: "object" as const }, requiredScopes: ["audit"] };
const tools = [ECHO_TOOL, ADMIN_TOOL, AUDIT_TOOL];

/** Signed in, with calls that wait for a person as long as said. */
async function signedIn(waitForSignIn: number) {
  const scene = protectedServer({ tools, scopes: ["basic"] });
  const { host } = scene;
  const { id, authUrl } = await host.add("mock", MCP_URL, { oauth: { waitForSignIn } });
  await consent(host, authUrl ?? "");
  const call = (name: string, signal?: AbortSignal) => host.mcp.callTool({ serverId: id, name }, { signal });
  const asked = () => vi.waitFor(() => expect(host.server().state).toBe("authenticating"));
  const agree = () => consent(host, host.server().auth_url ?? "");
  const calls = (name: string) => scene.server.received.filter(({ params }) => params["name"] === name).length;
  return { ...scene, id, call, asked, agree, calls };
}

const FOREVER = 60_000;

describe("a call whose access was revoked in the middle", () => {
  test("waits for the person and goes on, once", async () => {
    const { as, host, call, asked, agree, calls } = await signedIn(FOREVER);
    as.endAllGrants();
    const calling = call("echo");
    await asked();
    expect(host.server()).toMatchObject({ auth_reason: "revoked", auth_tools: ["echo"] });
    await agree();
    await expect(calling).resolves.toMatchObject({ content: expect.any(Array) });
    expect(calls("echo")).toBe(1);
  });

  test("with a hundred others is one sign-in, and all of them go on", async () => {
    const { as, host, call, asked, agree } = await signedIn(FOREVER);
    as.endAllGrants();
    const refreshes = as.tokenRequests.length;
    const calling = Promise.all(Array.from({ length: 100 }, () => call("echo")));
    await asked();
    const opened = host.server().auth_url;
    await agree();
    expect(await calling).toHaveLength(100);
    expect(opened).not.toBeNull();
    // One refused refresh, one code.
    expect(as.tokenRequests.length - refreshes).toBe(2);
  });

  test("rejects when nobody comes in time, and the sign-in stays open", async () => {
    const { as, host, call } = await signedIn(20);
    as.endAllGrants();
    expect(await failure(call("echo"))).toMatchObject({ code: "authorization-required", status: 401 });
    expect(host.server().state).toBe("authenticating");
  });

  test("rejects at once where no wait was asked for", async () => {
    const { as, host, call } = await signedIn(0);
    as.endAllGrants();
    expect(await failure(call("echo"))).toMatchObject({ code: "authorization-required" });
    expect(host.server()).toMatchObject({ state: "authenticating", auth_reason: "revoked" });
  });

  test("rejects when the person declines", async () => {
    const { as, host, call, asked } = await signedIn(FOREVER);
    as.endAllGrants();
    const calling = failure(call("echo"));
    await asked();
    await deny(host.server().auth_url ?? "", {
      fetch: (request) => host.network.fetch(request),
      browser: host.browser,
    });
    expect(await calling).toMatchObject({ code: "authorization-required" });
  });

  test("ends with its caller's signal", async () => {
    const { as, call, asked } = await signedIn(FOREVER);
    as.endAllGrants();
    const controller = new AbortController();
    const calling = failure(call("echo", controller.signal));
    await asked();
    controller.abort();
    expect(await calling).toMatchObject({ code: "aborted" });
  });

  test("and is called while the sign-in is open already, waits for the same one", async () => {
    const { as, call, asked, agree } = await signedIn(FOREVER);
    as.endAllGrants();
    const first = call("echo");
    await asked();
    const second = call("echo");
    await agree();
    await expect(Promise.all([first, second])).resolves.toHaveLength(2);
  });
});

describe("a call that needs more permission", () => {
  test("waits, and goes on with it", async () => {
    const { host, call, asked, agree } = await signedIn(FOREVER);
    const calling = call("wipe");
    await asked();
    expect(host.server()).toMatchObject({
      auth_reason: "more-scope",
      auth_scopes: expect.arrayContaining(["basic", "admin"]),
      auth_tools: ["wipe"],
    });
    await agree();
    await expect(calling).resolves.toBeDefined();
  });

  test("joins the sign-in that another tool asked for, which then asks for both", async () => {
    const { host, call, asked, agree } = await signedIn(FOREVER);
    const first = call("wipe");
    await asked();
    const opened = host.server().auth_url;
    const second = call("audit");
    await vi.waitFor(() => expect(host.server().auth_tools).toEqual(["wipe", "audit"]));
    expect(host.server().auth_url).toBe(opened);
    expect(host.server().auth_scopes).toEqual(expect.arrayContaining(["basic", "admin", "audit"]));
    await agree();
    await expect(Promise.all([first, second])).resolves.toHaveLength(2);
  });

  test("and gets less than it asked for, is not asked for again and again", async () => {
    const { as, host, call, asked, agree } = await signedIn(FOREVER);
    as.quirks.add("scope-narrowed");
    const calling = failure(call("wipe"));
    await asked();
    await agree();
    expect(await calling).toMatchObject({ code: "insufficient-scope" });
    expect(host.state().tools).toHaveLength(3);
  });

  test("and is declined, rejects, and everything else goes on", async () => {
    const { host, call, asked } = await signedIn(FOREVER);
    const calling = failure(call("wipe"));
    await asked();
    await deny(host.server().auth_url ?? "", {
      fetch: (request) => host.network.fetch(request),
      browser: host.browser,
    });
    expect(await calling).toMatchObject({ code: "authorization-required" });
    await expect(call("echo")).resolves.toBeDefined();
  });
});

describe("a server that lets anyone in, and asks for a sign-in where a tool needs one", () => {
  async function anonymous(waitForSignIn = 0) {
    const scene = protectedServer({ tools, faults: ["mixed"] });
    const { host } = scene;
    const { id, state } = await host.add("mock", MCP_URL, { oauth: { waitForSignIn } });
    expect(state).toBe("ready");
    return { ...scene, id, call: (name: string) => host.mcp.callTool({ serverId: id, name }) };
  }

  test("asks for it when the tool is called, and everything else goes on meanwhile and after a wake", async () => {
    const { host, call } = await anonymous();
    expect(await failure(call("wipe"))).toMatchObject({ code: "authorization-required" });
    expect(host.server()).toMatchObject({ state: "authenticating", auth_reason: "sign-in", auth_tools: ["wipe"] });
    expect(host.state().tools).toHaveLength(3);
    await expect(call("echo")).resolves.toBeDefined();
    host.evict();
    expect(host.state().tools).toHaveLength(3);
    await expect(call("echo")).resolves.toBeDefined();
    await consent(host, host.server().auth_url ?? "");
    await expect(call("wipe")).resolves.toBeDefined();
  });

  test.each([0, FOREVER])(
    "says at once what has to be done where nobody can be asked, waiting %i ms",
    async (patience) => {
      const { as, host, call } = await anonymous(patience);
      as.quirks.add("no-registration");
      const error = await failure(call("wipe"));
      expect(error).toMatchObject({ code: "client-id-required" });
      expect(error.message).toContain(`Register the redirect URI ${CALLBACK} at ${ISSUER}`);
      expect(host.server().state).toBe("ready");
      await expect(call("echo")).resolves.toBeDefined();
    },
  );

  test("goes on with the call that asked, when that waits", async () => {
    const { host, call } = await anonymous(FOREVER);
    const calling = call("wipe");
    await vi.waitFor(() => expect(host.server().state).toBe("authenticating"));
    await consent(host, host.server().auth_url ?? "");
    await expect(calling).resolves.toBeDefined();
  });

  test("is used without a sign-in when that is declined", async () => {
    const { host, call } = await anonymous();
    await failure(call("wipe"));
    await deny(host.server().auth_url ?? "", {
      fetch: (request) => host.network.fetch(request),
      browser: host.browser,
    });
    await host.mcp.waitForConnections();
    expect(host.server().state).toBe("ready");
    await expect(call("echo")).resolves.toBeDefined();
  });

  test("is used without a sign-in when nobody knows where to sign in", async () => {
    const { host, server, call } = await anonymous();
    server.faults.add("no-metadata");
    host.network.route("https://as.example", null);
    await failure(call("wipe"));
    await host.ports.settled();
    expect(host.server()).toMatchObject({ state: "ready", error_code: null });
    await expect(call("echo")).resolves.toBeDefined();
  });
});

test.each([-1, Number.NaN, "soon"])("a wait of %s ms is refused", async (waitForSignIn) => {
  const { host } = protectedServer();
  const oauth = { waitForSignIn: waitForSignIn as number };
  expect(await failure(host.add("mock", MCP_URL, { oauth }))).toMatchObject({ code: "option-invalid" });
});
