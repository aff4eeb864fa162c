// The three ways to leave a server: disconnect keeps the sign-in, sign out keeps the server, remove keeps nothing.
import { describe, expect, test, vi } from "vitest";
import { CALLBACK } from "./mcp-host.ts";
import { consent, failure, gate, ISSUER, MCP_URL, openServer, protectedServer, signIn } from "./mcp-scenes.ts";

const GIVEN_BACK = { refreshToken: "revoked", accessToken: "revoked" };
const NOTHING = { refreshToken: "none", accessToken: "none" };

const rowsOf = (host: ReturnType<typeof openServer>["host"], table: string) =>
  host.ports.sql.all(`SELECT * FROM ${table}`);
const tokensShown = (host: ReturnType<typeof openServer>["host"], from: number) =>
  host.network.requests
    .slice(from)
    .filter(({ method, url, headers }) => url === MCP_URL && method === "POST" && "authorization" in headers);
const kindsOf = (host: ReturnType<typeof openServer>["host"]) =>
  host.ports.sql
    .all<{ kind: string }>("SELECT kind FROM agents_mcp_vault_secrets ORDER BY kind")
    .map(({ kind }) => kind);

describe("signing out", () => {
  test("gives the grant back, keeps the server and its registration, and the next use asks to sign in", async () => {
    const { as, host } = protectedServer();
    const { id } = await signIn(host);
    expect(await host.mcp.signOutServer(id)).toEqual(GIVEN_BACK);
    expect(as.revoked).toHaveLength(2);
    expect(host.server()).toMatchObject({ name: "mock", state: "not-connected", auth_url: null });
    expect(host.state().tools).toEqual([]);
    expect(rowsOf(host, "agents_mcp_oauth_tokens")).toEqual([]);
    expect(kindsOf(host)).toEqual(["client"]);
    expect(await failure(host.mcp.callTool({ serverId: id, name: "echo" }))).toMatchObject({ code: "not-connected" });

    const before = host.network.requests.length;
    host.evict();
    await host.mcp.establishConnection(id);
    expect(host.server()).toMatchObject({ state: "authenticating", auth_reason: "sign-in" });
    expect(tokensShown(host, before)).toEqual([]);
    await consent(host, host.server().auth_url ?? "");
    expect(host.server()).toMatchObject({ state: "ready" });
    expect(as.registrations).toHaveLength(1);
  });

  test("also ends the sign-in of a server that was only disconnected", async () => {
    const { as, host } = protectedServer();
    const { id } = await signIn(host);
    await host.mcp.closeConnection(id);
    expect(as.revoked).toEqual([]);
    expect(host.server()).toMatchObject({ state: "not-connected", signed_in: true });
    await Promise.resolve();
    let heard = 0;
    host.mcp.onServerStateChanged(() => void (heard += 1));
    expect(await host.mcp.signOutServer(id)).toEqual(GIVEN_BACK);
    await vi.waitFor(() => expect(heard).toBe(1));
    expect(host.server()).toMatchObject({ state: "not-connected" });
    expect(host.server()).not.toHaveProperty("signed_in");
  });

  test("says what the provider did not take back, and forgets it all the same", async () => {
    const { as, host } = protectedServer();
    const { id } = await signIn(host);
    host.network.route(ISSUER, (request) =>
      new URL(request.url).pathname === "/revoke" ? new Response("busy", { status: 503 }) : as.handler(request),
    );
    expect(await host.mcp.signOutServer(id)).toEqual({ refreshToken: "failed", accessToken: "failed" });
    expect(rowsOf(host, "agents_mcp_oauth_tokens")).toEqual([]);
  });

  test("in the middle of a sign-in makes the open window worthless", async () => {
    const { host } = protectedServer();
    const { id, authUrl } = await host.add("mock", MCP_URL);
    expect(await host.mcp.signOutServer(id)).toEqual(NOTHING);
    const end = await consent(host, authUrl ?? "").catch(() => null);
    expect(end?.status ?? 404).toBeGreaterThanOrEqual(400);
    expect(host.server()).toMatchObject({ state: "not-connected" });
  });

  test("of a server that knows no sign-in is no failure, and of an unknown server one with a code", async () => {
    const { host } = openServer();
    const { id } = await host.add("mock", MCP_URL);
    expect(await host.mcp.signOutServer(id)).toEqual(NOTHING);
    expect(await failure(host.mcp.signOutServer("nobody"))).toMatchObject({ code: "server-not-found" });
  });

  test("does not let an alarm renew what is being given back", async () => {
    const { as, host } = protectedServer();
    const { id, authUrl } = await host.add("mock", MCP_URL, { oauth: { renewWhenIdle: true } });
    await consent(host, authUrl ?? "");
    const revocation = gate(as.handler, (request) => request.url.endsWith("/revoke"));
    host.network.route(ISSUER, revocation.handler);
    const stopped = revocation.stop();
    const leaving = host.mcp.signOutServer(id);
    await stopped;
    host.ports.advance(3_600_000);
    await host.ring();
    revocation.go();
    await leaving;
    expect(as.tokenRequests.filter(({ grant_type }) => grant_type === "refresh_token")).toEqual([]);
    expect(rowsOf(host, "agents_mcp_oauth_tokens")).toEqual([]);
  });

  test("twice at once is one sign-out, and whoever adds the server meanwhile is asked to sign in", async () => {
    const { as, host } = protectedServer();
    const { id } = await signIn(host);
    const revocation = gate(as.handler, (request) => request.url.endsWith("/revoke"));
    host.network.route(ISSUER, revocation.handler);
    const reached = revocation.stop();
    const leaving = [host.mcp.signOutServer(id), host.mcp.signOutServer(id)];
    await reached;
    const before = host.network.requests.length;
    const again = host.add("mock", MCP_URL);
    expect(host.server()).toMatchObject({ state: "not-connected" });
    revocation.go();
    expect(await Promise.all(leaving)).toEqual([GIVEN_BACK, GIVEN_BACK]);
    expect(await again).toMatchObject({ id, state: "authenticating" });
    expect(as.revoked).toHaveLength(2);
    expect(tokensShown(host, before)).toEqual([]);
  });

  test("that was interrupted by an eviction is finished after the wake, and the grant is used by nobody", async () => {
    const { as, host } = protectedServer();
    const { id } = await signIn(host);
    const revocation = gate(as.handler, (request) => request.url.endsWith("/revoke"));
    host.network.route(ISSUER, revocation.handler);
    const reached = revocation.stop();
    void host.mcp.signOutServer(id);
    await reached;
    host.evict();
    host.network.route(ISSUER, as.handler);
    const before = host.network.requests.length;
    expect(await host.add("mock", MCP_URL)).toMatchObject({ id, state: "authenticating" });
    expect(as.revoked).toHaveLength(2);
    expect(tokensShown(host, before)).toEqual([]);
  });

  test("while the server is removed leaves nothing, and both end", async () => {
    const { as, host } = protectedServer();
    const { id } = await signIn(host);
    const [signedOut, removed] = await Promise.all([host.mcp.signOutServer(id), host.mcp.removeServer(id)]);
    expect(signedOut).toEqual(GIVEN_BACK);
    expect(removed).toEqual({ ...NOTHING, registration: "not-offered" });
    expect(as.revoked).toHaveLength(2);
    for (const table of ["agents_mcp_servers", "agents_mcp_oauth_clients", "agents_mcp_vault_secrets"])
      expect([table, rowsOf(host, table)]).toEqual([table, []]);
  });

  test("keeps the developer's own headers", async () => {
    const { host } = openServer({ requireHeader: { name: "x-api-key", value: "secret" } });
    const { id } = await host.add("mock", MCP_URL, { transport: { headers: { "x-api-key": "secret" } } });
    await host.mcp.signOutServer(id);
    await host.mcp.establishConnection(id);
    expect(host.server()).toMatchObject({ state: "ready" });
  });
});

describe("removing", () => {
  test("deletes the registration where the provider offers that, also after a wake and a sign-out", async () => {
    const { as, host } = protectedServer();
    as.quirks.add("registration-managed");
    const { id } = await signIn(host);
    await host.mcp.signOutServer(id);
    expect(as.deletedClients).toEqual([]);
    host.evict();
    expect(await host.mcp.removeServer(id)).toEqual({ ...NOTHING, registration: "deleted" });
    expect(as.deletedClients).toHaveLength(1);
    expect(kindsOf(host)).toEqual([]);
  });

  test("reports what became of the grant and of the registration", async () => {
    const { host } = protectedServer();
    const { id } = await signIn(host);
    expect(await host.mcp.removeServer(id)).toEqual({ ...GIVEN_BACK, registration: "not-offered" });
    expect(await host.mcp.removeServer(id)).toEqual({ ...NOTHING, registration: "none" });
  });
});

test("disconnecting keeps the sign-in: nothing is revoked, and the next use needs nobody", async () => {
  const { as, host } = protectedServer();
  const { id } = await signIn(host);
  await host.mcp.closeConnection(id);
  host.evict();
  await host.mcp.establishConnection(id);
  expect(host.server()).toMatchObject({ state: "ready" });
  expect([as.revoked, as.registrations.length]).toEqual([[], 1]);
  expect(as.registrations[0]).toMatchObject({ client_name: new URL(CALLBACK).host });
});
