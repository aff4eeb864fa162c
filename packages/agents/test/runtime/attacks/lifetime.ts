// Attacks that need time: several sign-ins at once, a provider that changes its mind, another account, a stricter policy.
import { describe, expect, test } from "vitest";
import { type Arena, jsonOf, type Script } from "./arena.ts";
import { isOurs, words } from "./surface.ts";
import { type Attempt, CLICK } from "./victim.ts";

export function attackLifetime(arena: () => Arena): void {
  const withCookie = ({ cookie }: Attempt) => ({ ...CLICK, "sec-fetch-site": "cross-site", cookie });
  const call = (serverId: string) => ({ serverId, name: "echo", arguments: { text: "x" } });
  const later = async (hours: number, work: () => Promise<void>) => {
    await arena().setClock(hours * 3_600_000);
    try {
      await work();
    } finally {
      await arena().setClock(0);
    }
  };

  describe("several sign-ins", () => {
    test("S14 two tabs that begin the same sign-in end it in whatever order, each with its own verifier", async () => {
      const victim = arena().victim();
      const party = arena().party();
      const { authUrl } = await victim.offer(party.url);
      const [first, second] = [await victim.begin(authUrl), await victim.begin(authUrl)];
      const [answerToFirst, answerToSecond] = [await victim.consent(first), await victim.consent(second)];
      words((await victim.get(answerToSecond, withCookie(second))).status).toBe(200);
      await victim.get(answerToFirst, withCookie(first));
      await victim.do("mcp.waitForConnections", { timeout: 5000 });
      expect(await victim.stateOfOnly()).toBe("ready");
      const redeemed = party.as.tokenRequests.filter(({ grant_type }) => grant_type === "authorization_code");
      expect(redeemed).toHaveLength(1);
    });

    test("M01 a code stolen from another person's sign-in is worth nothing in one's own, and harms no tokens", async () => {
      const party = arena().party();
      const owner = arena().victim();
      const thief = arena().victim();
      const stolen = new URL(await owner.consent(await owner.begin((await owner.offer(party.url)).authUrl)));
      const serverId = await thief.signIn(party.url);
      const other = arena().party();
      const pending = await thief.begin((await thief.offer(other.url, {}, "other")).authUrl);
      const answer = new URL(await thief.consent(pending));
      answer.searchParams.set("code", stolen.searchParams.get("code") ?? "");
      await thief.get(answer.href, withCookie(pending));
      await thief.do("mcp.waitForConnections", { timeout: 5000 });
      const { servers } = await thief.state();
      const states = Object.entries(servers).map(([id, { state }]) => [id === serverId, state]);
      expect(states).toContainEqual([true, "ready"]);
      expect(states).not.toContainEqual([false, "ready"]);
      words(states).toContainEqual([false, "failed"]);
      expect((await thief.do("callMany", 1, call(serverId))).result).toEqual(["fulfilled"]);
    });

    test("P16 R13 whoever asks again while a sign-in is open joins it: one registration, one flow", async () => {
      const victim = arena().victim();
      const party = arena().party();
      const outcomes = await Promise.all(Array.from({ length: 5 }, () => victim.offer(party.url)));
      expect(new Set(outcomes.map(({ authUrl }) => authUrl)).size).toBe(1);
      expect(party.requests.filter(({ url }) => url.endsWith("/register"))).toHaveLength(1);
    });
  });

  describe("what changes later", () => {
    test("R10 a refresh token is not shown to the authorization server that the server names today", async () => {
      const script: { prm?: Script["prm"] } = {};
      const party = arena().party(script);
      const evil = arena().party();
      const victim = arena().victim();
      const serverId = await victim.signIn(party.url);
      script.prm = () => Response.json({ resource: party.url, authorization_servers: [evil.issuer] });
      await later(2, async () => void (await victim.do("callMany", 2, call(serverId))));
      expect(evil.as.tokenRequests).toEqual([]);
    });

    test("R12 less than was asked for is what is stored", async () => {
      const script: { token?: Script["token"] } = {};
      const party = arena().party(script);
      script.token = async (request) => {
        const tokens = await jsonOf(await party.as.handler(request));
        return Response.json({ ...tokens, scope: "read" });
      };
      const victim = arena().victim();
      const serverId = await victim.signIn(party.url, { oauth: { scopes: ["read", "write"] } });
      words((await victim.do("callMany", 1, call(serverId))).result).toEqual(["fulfilled"]);
    });

    test("W13 another account of the same server begins a session of its own", async () => {
      const party = arena().party();
      const victim = arena().victim();
      await victim.signIn(party.url);
      const sessions = () =>
        new Set(party.requests.map(({ headers }) => headers["mcp-session-id"]).filter((id) => id !== undefined));
      const before = sessions();
      const tokens = new Set(party.requests.map(({ headers }) => headers["authorization"]));
      const [id = ""] = Object.keys((await victim.state()).servers);
      await victim.do("removeMcpServer", id);
      const known = party.requests.length;
      await victim.signIn(party.url);
      for (const { headers } of party.requests.slice(known)) {
        const { authorization, "mcp-session-id": session } = headers;
        if (authorization === undefined || tokens.has(authorization)) continue;
        expect(before.has(session ?? "")).toBe(false);
      }
      words(sessions().size).toBeGreaterThan(before.size);
    });

    test("N17 an address that was stored when it was allowed is judged again after a wake", async () => {
      const inside = arena().inside();
      const victim = arena().victim();
      // An open stream would keep the object in memory.
      const party = arena().party({ server: { faults: ["no-stream"] } });
      const serverId = await victim.signIn(party.url);
      const [table, column] = isOurs ? ["agents_mcp_servers", "url"] : ["cf_agents_mcp_servers", "server_url"];
      await victim.do("exec", `UPDATE ${table} SET ${column} = ?`, `${inside}/mcp`);
      await arena().runtime.evict("Target", victim.path.split("/").at(-1) ?? "");
      await victim.do("mcp.waitForConnections", { timeout: 3000 });
      await victim.do("callMany", 1, call(serverId));
      expect(arena().sentTo(inside)).toEqual([]);
    });

    test("N14 an address that is closed, silent or no MCP server is told apart by codes that say nothing of its inside", async () => {
      const victim = arena().victim();
      const closed = `${arena().origin("closed")}/mcp`;
      const origin = arena().origin("plain");
      arena().route(origin, () => new Response("internal wiki: canary-inside", { status: 200 }));
      const outcomes = [
        await victim.add(closed, { retry: { maxAttempts: 1 } }, "closed"),
        await victim.add(`${origin}/mcp`, { retry: { maxAttempts: 1 } }, "plain"),
      ];
      for (const outcome of outcomes) words(outcome).toMatch(/^[a-z-]+$/);
      expect(JSON.stringify([outcomes, await victim.state()])).not.toContain("canary-inside");
    });
  });
}
