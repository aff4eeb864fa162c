// Moving in from the package `agents` 0.x, interrupted at every point, and from rows that are not as they should be.
import { createMockAuthorizationServer, createMockMcpServer, createMockNetwork } from "@agents-internal/testing";
import { expect, test } from "vitest";
import type { EngineOptions } from "../../src/mcp/engine.ts";
import { MCPClientManager } from "../../src/mcp/manager.ts";
import type { KeyValues } from "../../src/mcp/ports.ts";
import type { SqlDatabase } from "../../src/sql/database.ts";
import { createFakePorts } from "./fake-ports.ts";
import { VAULT_KEYS } from "./mcp-host.ts";

const URL_OF_SERVER = "https://mcp.example/mcp";
const ISSUER = "https://as.example";
const CALLBACK = "https://app.example/agents/test-agent/test/callback";
const CLIENT = { client_id: "c1", client_secret: "s1", redirect_uris: [CALLBACK], issuer: ISSUER };
const TOKEN = { access_token: "access-1", refresh_token: "refresh-1", token_type: "bearer", issuer: ISSUER };
const HOME = "/test/old-id";

type Row = {
  id: string;
  server_url?: string;
  callback_url?: string;
  client_id?: string | null;
  server_options?: string;
};

/** Keys and values in a table of the same database, as on the platform. */
function keyValuesIn(
  sql: SqlDatabase,
): KeyValues & { set(key: string, value: unknown): void; all(): Record<string, unknown> } {
  sql.run("CREATE TABLE _kv (key TEXT PRIMARY KEY, value TEXT)");
  const list = (prefix: string) =>
    sql
      .all<{ key: string; value: string }>("SELECT * FROM _kv WHERE substr(key, 1, ?) = ?", prefix.length, prefix)
      .map(({ key, value }): [string, unknown] => [key, JSON.parse(value)]);
  return {
    list,
    delete: (key) => sql.run("DELETE FROM _kv WHERE key = ?", key),
    set: (key, value) => sql.run("INSERT OR REPLACE INTO _kv VALUES (?, ?)", key, JSON.stringify(value)),
    all: () => Object.fromEntries(list("")),
  };
}

function setup(rows: readonly Row[], keys: Readonly<Record<string, unknown>> = {}) {
  const as = createMockAuthorizationServer({
    issuer: ISSUER,
    quirks: ["refresh-rotation"],
    clients: [{ clientId: "c1", clientSecret: "s1", redirectUris: [CALLBACK] }],
    grants: [{ clientId: "c1", resource: URL_OF_SERVER, accessToken: "access-1", refreshToken: "refresh-1" }],
  });
  const server = createMockMcpServer({ url: URL_OF_SERVER, authorization: { issuers: [ISSUER], check: as.check } });
  const hosts = { "https://mcp.example": server.handler, [ISSUER]: as.handler };
  const network = createMockNetwork(hosts);
  const ports = createFakePorts({ fetch: (request) => network.fetch(request) });
  const kv = keyValuesIn(ports.sql);
  ports.sql.run(
    "CREATE TABLE cf_agents_mcp_servers (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, server_url TEXT NOT NULL, " +
      "callback_url TEXT NOT NULL, client_id TEXT, auth_url TEXT, server_options TEXT)",
  );
  for (const {
    id,
    server_url = URL_OF_SERVER,
    callback_url = CALLBACK,
    client_id = null,
    server_options = null,
  } of rows) {
    const values = [id, `name of ${id}`, server_url, callback_url, client_id, null, server_options];
    ports.sql.run("INSERT INTO cf_agents_mcp_servers VALUES (?, ?, ?, ?, ?, ?, ?)", ...values);
  }
  for (const [key, value] of Object.entries(keys)) kv.set(key, value);
  const start = (sql: SqlDatabase = ports.sql, keyValues: KeyValues = kv, options: Partial<EngineOptions> = {}) =>
    new MCPClientManager(
      { ...ports, sql, keyValues },
      { vaultKeys: VAULT_KEYS, vaultRequired: true, allowOrigins: [], ...options },
    );
  const stateOf = (manager: MCPClientManager) =>
    Object.fromEntries(Object.entries(manager.getState().servers).map(([id, { state }]) => [id, state]));
  return { ports, kv, as, network, start, stateOf };
}

const SIGNED_IN: readonly Row[] = [{ id: "old-id", client_id: "c1" }];
const ITS_KEYS = { [`${HOME}/c1/client_info/`]: CLIENT, [`${HOME}/c1/token`]: TOKEN };
/** Not a sign-in's: belong to the app. */
const OTHER_KEYS = { "/test/notes": 1, "/test/old-id/photo": 2, "/other/old-id/c1/token": 3, plain: 4 };

test("interrupted at any statement it loses nothing, and the next start finishes it", async () => {
  let point = 0;
  for (let interrupted = true; interrupted; point += 1) {
    const { ports, kv, as, start, stateOf } = setup(
      [...SIGNED_IN, { id: "other", server_options: '{"transport":{"headers":{"authorization":"Bearer key-1"}}}' }],
      { ...ITS_KEYS, ...OTHER_KEYS },
    );
    let left = point;
    const step = () => {
      if (left === 0) throw new Error("the isolate is gone");
      left -= 1;
    };
    const counted: SqlDatabase = {
      all: (...args) => (step(), ports.sql.all(...args)),
      run: (...args) => (step(), ports.sql.run(...args)),
      transaction: (work) => ports.sql.transaction(work),
    };
    const keyValues: KeyValues = { list: kv.list, delete: (key) => (step(), kv.delete(key)) };
    interrupted = await start(counted, keyValues)
      .moveIn()
      .then(
        () => false,
        () => true,
      );

    const manager = start();
    await manager.moveIn();
    await manager.waitForConnections();
    expect([point, stateOf(manager)]).toEqual([point, { "old-id": "ready", other: "failed" }]);
    expect(kv.all()).toEqual(OTHER_KEYS);
    expect(ports.sql.dump()).not.toContain("cf_agents_mcp_servers");
    expect(ports.sql.dump()).not.toMatch(/access-1|refresh-1|key-1/);
    expect(as.tokenRequests.map(({ grant_type, refresh_token }) => [grant_type, refresh_token])).toEqual([
      ["refresh_token", "refresh-1"],
    ]);
  }
  expect(point).toBeGreaterThan(20);
});

test("where nobody lived before, one read and nothing else", async () => {
  const ports = createFakePorts();
  const asked: string[] = [];
  const sql: SqlDatabase = {
    ...ports.sql,
    all: (query, ...bindings) => (asked.push(query), ports.sql.all(query, ...bindings)),
    run: (query) => void asked.push(query),
  };
  await new MCPClientManager(
    { ...ports, sql },
    { vaultKeys: VAULT_KEYS, vaultRequired: true, allowOrigins: [] },
  ).moveIn();
  expect(asked).toHaveLength(1);
});

test("what servers left that were removed long ago is deleted, too", async () => {
  const { kv, start } = setup([], { "/test/gone/c9/token": TOKEN, "/test/gone/state/n": {}, ...OTHER_KEYS });
  await start().moveIn();
  expect(kv.all()).toEqual(OTHER_KEYS);
});

test("the refresh token goes to nobody but the issuer that gave it", async () => {
  const { as, start, stateOf, network } = setup(SIGNED_IN, {
    [`${HOME}/c1/client_info/`]: { ...CLIENT, issuer: "https://former.example" },
    [`${HOME}/c1/token`]: { ...TOKEN, access_token: "ended", issuer: "https://former.example" },
  });
  const manager = start();
  await manager.moveIn();
  await manager.waitForConnections();
  expect(stateOf(manager)).toEqual({ "old-id": "authenticating" });
  expect(as.tokenRequests).toEqual([]);
  expect(network.requests.filter(({ url }) => url.includes("former.example"))).toEqual([]);
});

test.each([
  ["without an issuer", { ...TOKEN, issuer: undefined }],
  ["of another issuer than the client", { ...TOKEN, issuer: "https://other.example" }],
  ["of another kind", { ...TOKEN, token_type: "mac" }],
  ["that would end the header", { ...TOKEN, access_token: "a\r\nx: y" }],
  ["that is no object", "token"],
])("a token %s is not used: somebody signs in", async (_what, token) => {
  const { as, kv, start, stateOf } = setup(SIGNED_IN, { ...ITS_KEYS, [`${HOME}/c1/token`]: token });
  const manager = start();
  await manager.moveIn();
  await manager.waitForConnections();
  expect(stateOf(manager)).toEqual({ "old-id": "authenticating" });
  expect(as.tokenRequests).toEqual([]);
  expect(kv.all()).toEqual({});
});

test("while the provider is in trouble, the access token works on", async () => {
  const { as, start, stateOf } = setup(SIGNED_IN, ITS_KEYS);
  as.quirks.add("token-error-500");
  const manager = start();
  await manager.moveIn();
  await manager.waitForConnections();
  expect(stateOf(manager)).toEqual({ "old-id": "ready" });
});

test("removing a server gives back what was taken over, at the issuer that has to be found first", async () => {
  const { as, start, network } = setup(SIGNED_IN, {
    ...ITS_KEYS,
    [`${HOME}/c1/token`]: { ...TOKEN, refresh_token: undefined },
  });
  const manager = start();
  await manager.moveIn();
  await manager.removeServer("old-id");
  expect(as.revoked).toEqual(["access-1"]);
  expect(network.requests.some(({ url }) => url.startsWith(`${ISSUER}/revoke`))).toBe(true);
});

test("options that cannot be read cost the options, not the server", async () => {
  const { start, stateOf, ports } = setup([{ id: "old-id", client_id: "c1", server_options: "{" }], ITS_KEYS);
  const manager = start();
  await manager.moveIn();
  await manager.waitForConnections();
  expect(stateOf(manager)).toEqual({ "old-id": "ready" });
  expect(ports.lines.join("\n")).toContain("move-in-options-unreadable");
});

test("a row that has the id of a server of ours at another address is taken over beside it, and shown nothing of its sign-in", async () => {
  const { ports, as, network, start, stateOf } = setup(SIGNED_IN, ITS_KEYS);
  const before = start();
  await before.moveIn();
  await before.waitForConnections();
  await before.dispose();
  // The app was rolled back, and the other package made its table anew.
  ports.sql.run(
    "CREATE TABLE cf_agents_mcp_servers (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, server_url TEXT NOT NULL, " +
      "callback_url TEXT NOT NULL, client_id TEXT, auth_url TEXT, server_options TEXT)",
  );
  const row = ["old-id", "another", "https://other.example/mcp", CALLBACK, null, null, null];
  ports.sql.run("INSERT INTO cf_agents_mcp_servers VALUES (?, ?, ?, ?, ?, ?, ?)", ...row);
  const shown: (string | null)[] = [];
  network.route("https://other.example", (request) => {
    shown.push(request.headers.get("authorization"));
    return new Response(null, { status: 404 });
  });
  const manager = start();
  await manager.moveIn();
  await manager.waitForConnections();
  expect(shown.length).toBeGreaterThan(0);
  expect(new Set(shown)).toEqual(new Set([null]));
  expect(Object.values(stateOf(manager)).sort()).toEqual(["failed", "ready"]);
  expect(stateOf(manager)["old-id"]).toBe("ready");
  expect(as.revoked).toEqual([]);
});

test("a callback that the app does not list is not taken over", async () => {
  for (const callback_url of [
    "https://evil.example/agents/test-agent/test/callback",
    "javascript:alert(1)",
    "callback",
  ]) {
    const { start, as } = setup([{ id: "old-id", callback_url }]);
    const manager = start(undefined, undefined, { callbackHosts: ["app.example"] });
    await manager.moveIn();
    await manager.waitForConnections();
    expect(manager.getState().servers["old-id"]).toMatchObject({
      state: "failed",
      error_code: "callback-host-required",
      auth_url: null,
    });
    expect(as.registrations).toEqual([]);
  }
});

test("a name and password in a row's address are shown to nobody", async () => {
  const { start } = setup([{ id: "old-id", server_url: "https://ada:hunter2@mcp.example/mcp" }]);
  const manager = start();
  await manager.moveIn();
  await manager.waitForConnections();
  const shown = [manager.getState(), manager.report("old-id"), manager.getTimeline("old-id")];
  expect(JSON.stringify(shown)).not.toMatch(/hunter2|ada:/);
  expect(manager.getState().servers["old-id"]).toMatchObject({ state: "failed", error_code: "url-invalid" });
});
