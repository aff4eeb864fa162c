// Attacks between features: tables of clients, callbacks of one's own, accounts, exceptions, acts that race.
import { createMockAuthorizationServer } from "@agents-internal/testing";
import { describe, expect, test } from "vitest";
import { type Answer, type Arena, OPERATOR, type Script } from "./arena.ts";
import { onlyOurs, within } from "./surface.ts";
import { type Attempt, CLICK } from "./victim.ts";

const { clientId, clientSecret } = OPERATOR["known.example"];
const BASIC = btoa(`${clientId}:${clientSecret}`);

export function attackInterplay(arena: () => Arena): void {
  const withCookie = ({ cookie }: Attempt, more = "") => ({
    ...CLICK,
    "sec-fetch-site": "cross-site",
    cookie: `${cookie}${more}`,
  });
  /** The host of an authorization server that calls itself what a test wants. */
  const impersonate = (issuer: string, script: Script = {}) => {
    const as = createMockAuthorizationServer({ issuer, consent: "approve", quirks: script.quirks ?? [] });
    arena().route(new URL(issuer).origin, as.handler);
    return as;
  };
  const naming = (issuer: string): { readonly prm: Answer } => ({
    prm: (request) => {
      const { origin } = new URL(request.url);
      return Response.json({ resource: `${origin}/mcp`, authorization_servers: [issuer] });
    },
  });

  describe("the operator's table of clients", () => {
    test.each([
      "https://known.example.evil.example",
      "https://sub.known.example",
      "https://known.example:8443",
      "https://known-example.example",
      "https://xn--knwn-5qa.example",
      "https://evil.example/known.example",
      "https://evil.example/https://known.example",
      "https://known.example@evil.example",
      "http://known.example",
    ])("Y01 its secret is not shown to %s", async (issuer) => {
      onlyOurs("a table of clients");
      impersonate(issuer);
      const party = arena().party(naming(issuer));
      const before = arena().requests.length;
      const victim = arena().victim();
      const outcome = await victim.do<{ authUrl?: string }>("addMcpServer", "server", party.url);
      const { authUrl } = outcome.result ?? {};
      if (authUrl !== undefined) {
        const attempt = await victim.begin(authUrl);
        expect(attempt.location.searchParams.get("client_id")).not.toBe(clientId);
        await victim.get(await victim.consent(attempt), withCookie(attempt));
      }
      const sent = JSON.stringify(arena().requests.slice(before));
      expect(sent).not.toContain(clientSecret);
      expect(sent).not.toContain(BASIC);
      expect(await victim.state()).toMatchObject({ tools: expect.any(Array) });
    });

    test("Y02 an exception that lets one server call its issuer by another name serves no other server", async () => {
      onlyOurs("exceptions by name");
      const named = arena().origin("alias");
      arena().route(named, (request) => {
        if (!new URL(request.url).pathname.startsWith("/.well-known/")) return undefined;
        return Response.json({
          issuer: "https://known.example",
          authorization_endpoint: `${named}/authorize`,
          token_endpoint: `${named}/token`,
          response_types_supported: ["code"],
          code_challenge_methods_supported: ["S256"],
        });
      });
      const granted = arena().party(naming(named));
      const other = arena().party(naming(named));
      const victim = arena().victim();
      const exceptions = { issuerAlias: { named, published: "https://known.example" } };
      await victim.do("addMcpServer", "granted", granted.url, { oauth: { exceptions } });
      expect(await victim.add(other.url, {}, "other")).toBe("issuer-not-identical");
      // Nor where a server itself brings what looks like one.
      const lied = { oauth: { exceptions: { issuerAlias: { named: "x", published: "y" } } } };
      expect(await victim.add(other.url, lied, "third")).toBe("option-invalid");
    });
  });

  describe("callbacks", () => {
    test.each([".", "..", "a/b", "%2e%2e", "callback", "__proto__", "a?b#c", "ä ö", ";", "x".repeat(128)])(
      "Y03 a server with the id %j ends its sign-in at a callback of its own, and no other server's",
      async (id) => {
        onlyOurs("a callback for each registration");
        const victim = arena().victim();
        const honest = arena().party({ quirks: ["iss-not-offered"] });
        const callbackUrl = `${arena().runtime.origin}${victim.path}/callback`;
        const registered = await victim.do<string>("mcp.registerServer", id, {
          name: "odd",
          url: honest.url,
          callbackUrl,
        });
        if (registered.error) return expect(registered.error.code).toBe("option-invalid");
        const { result } = await victim.do<{ authUrl?: string }>("mcp.connectToServer", id);
        const attempt = await victim.begin(result?.authUrl ?? "");
        const other = arena().party({ quirks: ["iss-not-offered"] });
        const second = await victim.begin((await victim.offer(other.url, {}, "other")).authUrl);
        expect(new URL(attempt.redirectUri).pathname).not.toBe(new URL(second.redirectUri).pathname);
        const answer = new URL(await victim.consent(attempt));
        const misplaced = new URL(answer);
        misplaced.pathname = new URL(second.redirectUri).pathname;
        const both = withCookie(attempt, `; ${second.cookie}`);
        expect((await victim.get(misplaced.href, both)).status).toBe(400);
        expect(honest.as.tokenRequests).toEqual([]);
        expect((await victim.get(answer.href, both)).status).toBe(200);
        expect(other.as.tokenRequests).toEqual([]);
        expect(honest.as.tokenRequests).toHaveLength(1);
      },
    );

    test("Y04 two accounts of one server: the answer to one sign-in ends neither the other's nor anybody else's", async () => {
      onlyOurs("several accounts");
      const party = arena().party({ quirks: ["iss-not-offered"] });
      const victim = arena().victim();
      const [work, home] = [
        await victim.offer(party.url, { account: "work" }),
        await victim.offer(party.url, { account: "__proto__" }),
      ];
      expect(work.id).not.toBe(home.id);
      const [first, second] = [await victim.begin(work.authUrl), await victim.begin(home.authUrl)];
      const crossed = new URL(await victim.consent(first));
      crossed.searchParams.set("state", second.state);
      expect((await victim.get(crossed.href, withCookie(first, `; ${second.cookie}`))).status).toBe(400);
      expect(party.as.tokenRequests).toEqual([]);
      for (const attempt of [second, first]) {
        expect((await victim.get(await victim.consent(attempt), withCookie(attempt))).status).toBe(200);
      }
      await victim.do("mcp.waitForConnections", { timeout: 5000 });
      const { result: keys } = await victim.do<string[]>("toolKeys");
      expect(new Set(keys).size).toBe(2);
      await victim.do("signOutMcpServer", work.id);
      expect(
        (await victim.do("callMany", 1, { serverId: home.id, name: "echo", arguments: { text: "x" } })).result,
      ).toEqual(["fulfilled"]);
    });

    test.each(["throw", "hang", "none", "stranger"])(
      "Y05 an app whose look at the person ends in %s lets nobody in, shows nothing of it, and the owner still ends the sign-in",
      async (how) => {
        onlyOurs("verifyCallbackUser");
        const victim = arena().victim("watched");
        const party = arena().party();
        const options = { callbackHost: "https://app.example" };
        const { authUrl } = await victim.offer(party.url, options);
        const started = await arena().runtime.fetchAs(new Request(authUrl, { headers: CLICK }));
        const location = new URL(started.headers.get("location") ?? "");
        expect(location.searchParams.get("redirect_uri")).toMatch(/^https:\/\/app\.example\//);
        const cookie = started.headers.get("set-cookie")?.split(";")[0] ?? "";
        const attempt = { location, cookie, state: "", redirectUri: "" };
        const answer = await victim.consent(attempt);
        const come = (user: string) =>
          arena().runtime.fetchAs(new Request(answer, { headers: withCookie(attempt, `; user=${user}`) }));
        const page = await within(2000, come(how));
        if (how === "hang") expect(page).toBe("no answer");
        else if (page !== "no answer") {
          expect(page.status).toBeGreaterThanOrEqual(400);
          expect(await page.text()).not.toMatch(/canary-of-the-app| at /);
        }
        expect(party.as.tokenRequests).toEqual([]);
        expect((await come("owner")).status).toBe(200);
        expect(party.as.tokenRequests).toHaveLength(1);
      },
    );

    test.each([
      { "x-forwarded-host": "evil.example" },
      { forwarded: "host=evil.example;proto=https" },
      { "x-original-host": "evil.example", "x-forwarded-proto": "https" },
    ])("Y06 with hosts listed, %j and odd spellings of a host move no callback", async (headers) => {
      onlyOurs("a list of callback hosts");
      const party = arena().party();
      for (const origin of [
        "https://evil.example",
        "https://app.example:444",
        "https://app.example.",
        "https://APP.example.evil.example",
      ]) {
        const { path } = arena().victim("watched");
        const body = JSON.stringify(["addMcpServer", "server", party.url]);
        const request = new Request(`${origin}${path}`, { method: "POST", body, headers });
        const text = await (await arena().runtime.fetchAs(request)).text();
        expect([origin, text]).toEqual([origin, expect.stringContaining("callback-host-required")]);
      }
      expect(party.as.registrations).toEqual([]);
    });
  });

  describe("an address at the provider", () => {
    test("Y07 that was handed out is in no state, frame, timeline, report or log", async () => {
      onlyOurs("startUrl: direct");
      const victim = arena().victim("watched");
      const party = arena().party();
      const options = { callbackHost: "https://app.example", oauth: { startUrl: "direct" } };
      const { id, authUrl } = await victim.offer(party.url, options);
      const state = new URL(authUrl).searchParams.get("state") ?? "none";
      const challenge = new URL(authUrl).searchParams.get("code_challenge") ?? "none";
      const shown = [
        await victim.do("getMcpServers"),
        await victim.do("mcp.getTimeline", id),
        await victim.do("mcp.report", id),
        await victim.do("mcp.listServers"),
        arena().runtime.output,
        await victim.do("exec", "SELECT * FROM agents_mcp_timeline"),
        await victim.do("exec", "SELECT * FROM agents_mcp_oauth_flows"),
      ];
      for (const secret of [state, challenge]) expect(JSON.stringify(shown)).not.toContain(secret);
      expect(state.length).toBeGreaterThan(20);
    });
  });

  describe("acts that race", () => {
    const gate = () => {
      let open = (): void => undefined;
      const opened = new Promise<void>((resolve) => (open = resolve));
      let arrive = (): void => undefined;
      const arrived = new Promise<void>((resolve) => (arrive = resolve));
      return { open: () => open(), opened, arrive: () => arrive(), arrived };
    };

    test.each(["signOutMcpServer", "removeMcpServer"])(
      "Y08 %s while a token is renewed leaves no grant alive, here or there",
      async (act) => {
        onlyOurs("signing out");
        const { open, opened, arrive, arrived } = gate();
        const script: { token?: Script["token"] } = {};
        const party = arena().party({
          ...script,
          quirks: ["refresh-rotation"],
          token: (request) => script.token?.(request),
        });
        const victim = arena().victim();
        const serverId = await victim.signIn(party.url);
        await arena().setClock(2 * 3_600_000);
        try {
          script.token = async (request) => {
            const answer = await party.as.handler(request);
            arrive();
            await opened;
            return answer;
          };
          const calling = victim.do("callMany", 3, { serverId, name: "echo", arguments: { text: "x" } });
          await arrived;
          const leaving = victim.do(act, serverId);
          await new Promise((resolve) => setTimeout(resolve, 50));
          open();
          await Promise.all([calling, leaving]);
          const { result } = await victim.do<unknown[]>("exec", "SELECT * FROM agents_mcp_oauth_tokens");
          expect(result).toEqual([]);
          const refreshed = party.as.tokenRequests.filter(({ grant_type }) => grant_type === "refresh_token");
          expect(refreshed.length).toBeLessThanOrEqual(1);
          // The newest one, and not only the one that was rotated away.
          const spent = new Set(refreshed.map(({ refresh_token }) => refresh_token));
          expect(party.as.revoked.filter((token) => !spent.has(token)).length).toBeGreaterThan(0);
        } finally {
          await arena().setClock(0);
        }
      },
    );

    test("Y09 a server that is removed while its code is redeemed leaves no row, and its tokens are given back", async () => {
      onlyOurs("giving back what nobody waits for");
      const { open, opened, arrive, arrived } = gate();
      const script: { token?: Script["token"] } = {};
      const party = arena().party({ token: (request) => script.token?.(request) });
      script.token = async (request) => {
        const answer = await party.as.handler(request);
        arrive();
        await opened;
        return answer;
      };
      const victim = arena().victim();
      const { id, authUrl } = await victim.offer(party.url);
      const attempt = await victim.begin(authUrl);
      const coming = victim.get(await victim.consent(attempt), withCookie(attempt));
      await arrived;
      const leaving = victim.do("removeMcpServer", id);
      await new Promise((resolve) => setTimeout(resolve, 50));
      open();
      await Promise.all([coming, leaving]);
      const { result: tables } = await victim.do<{ name: string }[]>("tables");
      for (const { name } of tables ?? []) {
        if (!name.startsWith("agents_mcp_")) continue;
        const { result } = await victim.do<unknown[]>(
          "exec",
          `SELECT * FROM ${name} WHERE rowid_or_any = 1`.replace(" WHERE rowid_or_any = 1", ""),
        );
        expect([name, JSON.stringify(result ?? []).includes(`"${id}"`)]).toEqual([name, false]);
      }
      await expect.poll(() => party.as.revoked.length).toBeGreaterThan(0);
    });
  });
}
