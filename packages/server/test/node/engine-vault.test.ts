// What becomes of servers when keys change or are lost, and when rows lie where they do not belong.
import { describe, expect, test } from "vitest";
import type { HostIdentity } from "../../src/mcp/ports.ts";
import { createMcpHost, type McpHost, VAULT_KEYS } from "./mcp-host.ts";
import { consent, failure, ISSUER, MCP, MCP_URL, protectedServer, signIn } from "./mcp-scenes.ts";

const NEW_KEY = `k2:${Buffer.alloc(32, 9).toString("base64")}`;

/** The same rows and the same network, with other keys, or in another object. */
function reopen(host: McpHost, vaultKeys: string | undefined, identity?: HostIdentity): McpHost {
  const other = createMcpHost({}, { vaultKeys, vaultRequired: vaultKeys !== undefined });
  for (const origin of [MCP, ISSUER]) other.network.route(origin, (request) => host.network.fetch(request));
  Object.assign(other.ports.sql, host.ports.sql);
  if (identity) Object.assign(other.ports, { identity });
  other.evict();
  return other;
}
const call = (host: McpHost, serverId: string) =>
  host.mcp.callTool({ serverId, name: "echo", arguments: { text: "hi" } });
const wrappedBy = (host: McpHost) =>
  host.ports.sql.all<{ key_id: string }>("SELECT key_id FROM agents_mcp_vault_keys").map(({ key_id }) => key_id);
const tokensSent = (host: McpHost) => host.network.requests.filter(({ headers }) => "authorization" in headers);

describe("a new key", () => {
  test("in front of the old one takes over with the next use of a server; then the old one can go", async () => {
    const { as, host } = protectedServer();
    const { id } = await signIn(host);
    const both = reopen(host, `${NEW_KEY},${VAULT_KEYS}`);
    expect(both.server().state).toBe("ready");
    expect(wrappedBy(host)).toEqual(["k1"]);
    await call(both, id);
    expect(wrappedBy(host)).toEqual(["k2"]);
    await call(reopen(host, NEW_KEY), id);
    expect(as.tokenRequests).toHaveLength(1);
  });

  test("where there was none takes the place of the one that lay in the database", async () => {
    const { as, host } = protectedServer();
    const unkeyed = reopen(host, undefined);
    const { id } = await signIn(unkeyed);
    expect(unkeyed.state().vault).toBe("unkeyed");
    const keyed = reopen(host, NEW_KEY);
    await call(keyed, id);
    expect(keyed.state().vault).toBe("keyed");
    expect(host.ports.sql.all("SELECT * FROM agents_mcp_vault_local")).toEqual([]);
    expect(await failure(call(reopen(host, undefined), id))).toMatchObject({ code: "vault-locked" });
    expect(as.tokenRequests).toHaveLength(1);
  });
});

describe("a key that is lost for good", () => {
  test("does not keep a server from being removed and added anew", async () => {
    const { as, host } = protectedServer();
    const { id } = await signIn(host);
    const blind = reopen(host, NEW_KEY);
    expect(await failure(call(blind, id))).toMatchObject({ code: "vault-locked" });
    expect(await blind.mcp.removeServer(id)).toEqual({
      refreshToken: "failed",
      accessToken: "failed",
      registration: "not-offered",
    });
    expect(as.revoked).toEqual([]);
    await signIn(blind);
    expect(blind.server().state).toBe("ready");
  });

  test("keeps nobody signed in who signs out", async () => {
    const { host } = protectedServer();
    const { id } = await signIn(host);
    const blind = reopen(host, NEW_KEY);
    expect(await blind.mcp.signOutServer(id)).toEqual({ refreshToken: "failed", accessToken: "failed" });
    host.evict();
    await host.mcp.establishConnection(id);
    expect(host.server()).toMatchObject({ state: "authenticating" });
  });
});

describe("rows where they do not belong", () => {
  /** Gives each of two rows what the other one holds. */
  function swap({ ports: { sql } }: McpHost, table: string, columns: readonly string[], where = "1"): void {
    const rows = sql.all(`SELECT * FROM ${table} WHERE ${where} ORDER BY server_id`);
    expect(rows).toHaveLength(2);
    for (const [index, row] of rows.entries()) {
      const other = rows[1 - index] ?? {};
      for (const column of columns) {
        const value = other[column] ?? null;
        sql.run(`UPDATE ${table} SET ${column} = ? WHERE server_id = ? AND ${where}`, value, row["server_id"] ?? null);
      }
    }
  }
  const swapTokens = (host: McpHost) => swap(host, "agents_mcp_vault_secrets", ["sealed"], "kind = 'tokens'");
  const swapKeys = (host: McpHost) => swap(host, "agents_mcp_vault_keys", ["reference", "key_id", "wrapped"]);

  async function twoAccounts() {
    const scene = protectedServer();
    const ids: string[] = [];
    for (const account of ["work", "home"]) {
      const { id, authUrl = "" } = await scene.host.add("mail", MCP_URL, { account });
      await consent(scene.host, authUrl);
      ids.push(id);
    }
    return { ...scene, ids };
  }

  test.each([
    ["tokens", [swapTokens]],
    ["keys", [swapKeys]],
    ["tokens and keys", [swapTokens, swapKeys]],
  ])("swapped %s of two accounts open for neither, and nothing is sent", async (_what, acts) => {
    const { host, ids } = await twoAccounts();
    const before = tokensSent(host).length;
    for (const act of acts) act(host);
    host.evict();
    for (const id of ids) expect(await failure(call(host, id))).toMatchObject({ code: "vault-locked", serverId: id });
    expect(tokensSent(host)).toHaveLength(before);
    for (const { state, error_code: code } of Object.values(host.state().servers))
      expect([state, code]).toEqual(["failed", "vault-locked"]);
  });

  test.each([
    ["instance", { className: "TestAgent", instance: "other" }],
    ["class", { className: "OtherAgent", instance: "test" }],
  ])("a database copied into another %s is locked there, with the right key", async (_what, identity) => {
    const { host } = protectedServer();
    const { id } = await signIn(host);
    const thief = reopen(host, VAULT_KEYS, identity);
    expect(await failure(call(thief, id))).toMatchObject({ code: "vault-locked" });
    expect(tokensSent(thief)).toEqual([]);
  });
});
