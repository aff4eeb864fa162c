// Attacks on what is kept: tokens at rest, on the way out, at their end, and in races.
import { describe, expect, test } from "vitest";
import { type Arena, jsonOf, type Script } from "./arena.ts";
import { onlyOurs, words } from "./surface.ts";
import { CLICK } from "./victim.ts";

export function attackSecrets(arena: () => Arena): void {
  const call = (serverId: string) => ({ serverId, name: "echo", arguments: { text: "x" } });
  const refreshes = (party: { as: { tokenRequests: readonly Readonly<Record<string, string>>[] } }) =>
    party.as.tokenRequests.filter(({ grant_type }) => grant_type === "refresh_token");
  const expired = async (work: () => Promise<void>) => {
    await arena().setClock(2 * 3_600_000);
    try {
      await work();
    } finally {
      await arena().setClock(0);
    }
  };
  const signedIn = async (script: Script = {}) => {
    const victim = arena().victim();
    const party = arena().party(script);
    return { victim, party, serverId: await victim.signIn(party.url) };
  };

  describe("token life", () => {
    test("R01 ★ ten calls at once with an expired token spend one refresh token, once", async () => {
      const { victim, party, serverId } = await signedIn({ quirks: ["refresh-rotation"] });
      await expired(async () => {
        const { result } = await victim.do("callMany", 10, call(serverId));
        expect(result).toEqual(Array.from({ length: 10 }, () => "fulfilled"));
        expect(refreshes(party)).toHaveLength(1);
      });
    });

    test("R02 ★ a refusal that comes after somebody else's success does not throw the good tokens away", async () => {
      let fail = false;
      const { victim, party, serverId } = await signedIn({
        quirks: ["refresh-rotation"],
        mcp: (request) =>
          fail && request.headers.has("authorization")
            ? new Response(null, { status: 401, headers: { "www-authenticate": 'Bearer error="invalid_token"' } })
            : undefined,
      });
      await expired(async () => {
        await victim.do("callMany", 3, call(serverId));
        fail = true;
        await victim.do("callMany", 5, call(serverId));
        fail = false;
        const used = refreshes(party).map(({ refresh_token }) => refresh_token);
        expect(new Set(used).size).toBe(used.length);
        words(used.length).toBeLessThanOrEqual(2);
      });
    });

    test("R03 an answer without a new refresh token keeps the old one", async () => {
      const { victim, party, serverId } = await signedIn();
      for (const hours of [2, 4]) {
        await arena().setClock(hours * 3_600_000);
        expect((await victim.do("callMany", 1, call(serverId))).result).toEqual(["fulfilled"]);
      }
      await arena().setClock(0);
      const used = refreshes(party).map(({ refresh_token }) => refresh_token);
      expect(used).toHaveLength(2);
      expect(new Set(used).size).toBe(1);
    });

    test("R04 a grant that was revoked ends in one clean question, whatever is called after", async () => {
      const { victim, party, serverId } = await signedIn({ quirks: ["refresh-refused"] });
      await expired(async () => {
        for (let round = 0; round < 3; round += 1) {
          const { result } = await victim.do<string[]>("callMany", 4, call(serverId));
          for (const code of result ?? []) words(code).toMatch(/authorization-required|not-connected/);
        }
        expect(refreshes(party).length).toBeLessThanOrEqual(1);
        words(refreshes(party)).toHaveLength(1);
        expect((await victim.state()).servers[serverId]).toMatchObject({
          state: "authenticating",
          auth_url: expect.any(String),
        });
        const { result } = await victim.do("exec", "SELECT COUNT(*) AS n FROM agents_mcp_oauth_flows");
        words(result).toEqual([{ n: 1 }]);
      });
    });

    test("R09 V17 a server that refuses every token gets one refresh and no storm", async () => {
      const { victim, party, serverId } = await signedIn();
      party.mcp.faults.clear();
      party.as.endAllGrants();
      const before = party.requests.length;
      await victim.do("callMany", 5, call(serverId));
      await victim.do("callMany", 5, call(serverId));
      expect(refreshes(party).length).toBeLessThanOrEqual(1);
      expect(party.requests.length - before).toBeLessThan(40);
    });

    test.each(["Bearer", "bearer", "BEARER", undefined])("R07 a token of type %s is taken", async (type) => {
      const script: { token?: Script["token"] } = {};
      const party = arena().party(script);
      script.token = async (request) => {
        const { token_type: _dropped, ...rest } = await jsonOf(await party.as.handler(request));
        return Response.json({ ...rest, ...(type && { token_type: type }) });
      };
      const victim = arena().victim();
      await victim.signIn(party.url);
      expect(await victim.stateOfOnly()).toBe("ready");
    });

    test("M13 ★ a configured secret stays with the issuer it was configured for when the server names another later", async () => {
      onlyOurs("a configured secret");
      const script: { prm?: Script["prm"]; mcp?: Script["mcp"] } = {};
      const party = arena().party(script);
      const victim = arena().victim();
      const client = { clientId: "ours", clientSecret: "canary-client-secret", issuer: party.issuer };
      const { id, authUrl } = await victim.offer(party.url, { oauth: { client } });
      expect((await victim.begin(authUrl)).location.origin).toBe(party.issuer);
      const evil = arena().party();
      script.prm = () => Response.json({ resource: party.url, authorization_servers: [evil.issuer] });
      await arena().setClock(2 * 3_600_000);
      const { result } = await victim.do<{ authUrl?: string }>("addMcpServer", "server", party.url, {
        oauth: { client },
      });
      if (result?.authUrl) {
        const attempt = await victim.begin(result.authUrl).catch(() => null);
        if (attempt?.location.origin === evil.issuer) {
          const { redirectUri, state } = attempt;
          const answer = `${redirectUri}?code=evil-code&state=${state}&iss=${encodeURIComponent(evil.issuer)}`;
          await victim.get(answer, { ...CLICK, cookie: attempt.cookie });
        }
      }
      await arena().setClock(0);
      expect(id).not.toBe("");
      expect(JSON.stringify(arena().sentTo(evil.issuer))).not.toMatch(/canary-client-secret|Y2FuYXJ5/);
    });
  });

  describe("what is kept", () => {
    test("K04 a sealed row that was moved to another server does not open", async () => {
      onlyOurs("sealed rows");
      const victim = arena().victim();
      // An open stream would keep the object in memory.
      const quiet: Script = { server: { faults: ["no-stream"] } };
      const [one, two] = [arena().party(quiet), arena().party(quiet)];
      const ids: string[] = [];
      for (const party of [one, two]) {
        const { id, authUrl } = await victim.offer(party.url, {}, party.origin);
        const attempt = await victim.begin(authUrl);
        await victim.get(await victim.consent(attempt), { ...CLICK, cookie: attempt.cookie });
        await victim.do("mcp.waitForConnections", { timeout: 5000 });
        ids.push(id);
      }
      const before = one.requests.length + two.requests.length;
      const [first = "", second = ""] = ids;
      const sealed = "SELECT sealed FROM agents_mcp_vault_secrets WHERE kind = 'tokens' AND server_id = ?";
      await victim.do(
        "exec",
        `UPDATE agents_mcp_vault_secrets SET sealed = (${sealed}) WHERE kind = 'tokens' AND server_id = ?`,
        first,
        second,
      );
      await arena().runtime.evict("Target", victim.path.split("/").at(-1) ?? "");
      const { result } = await victim.do<string[]>("callMany", 1, call(second));
      expect(result?.[0]).toBe("vault-locked");
      expect((await victim.do("callMany", 1, call(first))).result).toEqual(["fulfilled"]);
      const tokensOfOne = one.requests.map(({ headers }) => headers["authorization"]).filter(Boolean);
      for (const { headers } of two.requests) expect(tokensOfOne).not.toContain(headers["authorization"]);
      expect(one.requests.length + two.requests.length).toBeGreaterThan(before);
    });

    test("K10 headers that a developer gave are written and never read", async () => {
      const victim = arena().victim();
      const party = arena().party();
      await victim.signIn(party.url, { transport: { headers: { "x-api-key": "canary-header-value" } } });
      const told = await Promise.all(
        ["getMcpServers", "mcp.listServers"].map(async (method) => JSON.stringify(await victim.do(method))),
      );
      expect(told.join()).toContain(party.origin);
      expect(told.join()).not.toContain("canary-header-value");
    });

    test("K13 what a model is given of a server holds nothing that it could tell", async () => {
      const victim = arena().victim();
      const party = arena().party();
      await victim.signIn(party.url, { transport: { headers: { "x-api-key": "canary-header-value" } } });
      const { result } = await victim.do<string>("toolsText");
      expect(result).toContain("echo");
      expect(result).not.toMatch(/canary-|access_|refresh_|Bearer/i);
    });

    test("K07 ★ removal revokes, refresh token first, and leaves no row", async () => {
      const { victim, party, serverId } = await signedIn();
      await victim.do("removeMcpServer", serverId);
      expect(party.as.revoked[0] ?? "nothing").toMatch(/^refresh_/);
      const { result: tables } = await victim.do<{ name: string }[]>("tables");
      for (const { name } of tables?.filter((table) => /^(?:cf_)?agents_mcp_[a-z_]+$/.test(table.name)) ?? []) {
        const { result } = await victim.do<object[]>("exec", `SELECT * FROM ${name}`);
        expect([name, JSON.stringify(result ?? []).includes(serverId)]).toEqual([name, false]);
      }
    });

    test("K07 ★ a provider that never answers a revocation does not keep the rows", async () => {
      const { victim, party, serverId } = await signedIn();
      arena().route(party.issuer, () => new Response("no", { status: 500 }));
      await victim.do("removeMcpServer", serverId);
      expect((await victim.state()).servers).toEqual({});
      words((await victim.do("exec", "SELECT * FROM agents_mcp_vault_secrets")).result).toEqual([]);
    });
  });
}

/** Last: looks for every secret there has been in everything that got out. */
export function expectNoLeak({ runtime, seen, secrets }: Arena): void {
  const canaries = [
    "canary-header-value",
    "canary-access-secret",
    "canary-client-secret",
    "canary-static-token",
    "canary-evil-token",
  ];
  const all = [...secrets, ...canaries].filter((secret) => secret.length > 12);
  words(all.length).toBeGreaterThan(100);
  const taps = { answers: seen.join("\n"), logs: runtime.output.join("\n"), storage: dump(runtime) };
  words(taps.storage).toContain("agents_mcp_oauth_tokens");
  const found: string[] = [];
  for (const secret of all) {
    const bytes = Buffer.from(secret);
    const forms = [
      secret,
      bytes.toString("base64").replace(/=+$/, "").slice(0, -1),
      bytes.toString("hex"),
      [...secret].reverse().join(""),
    ];
    for (const [tap, text] of Object.entries(taps))
      if (forms.some((form) => text.includes(form))) found.push(`${tap}: ${secret}`);
  }
  expect(found).toEqual([]);
}

/** Files come and go while objects fall asleep. */
function dump(runtime: Arena["runtime"], tries = 5): string {
  try {
    return runtime.dump();
  } catch (error) {
    if (tries === 0) throw error;
    return dump(runtime, tries - 1);
  }
}
