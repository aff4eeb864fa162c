// Attacks on the start and the end of a sign-in: state, browser, address, repetition.
import { describe, expect, test } from "vitest";
import type { Arena, Party } from "./arena.ts";
import { isOurs, onlyOurs, words } from "./surface.ts";
import { type Attempt, CLICK, type Victim } from "./victim.ts";

interface Pending {
  readonly victim: Victim;
  readonly party: Party;
  readonly id: string;
  readonly authUrl: string;
  readonly attempt: Attempt;
  /** Where the provider sends the browser of this attempt. */
  readonly callback: string;
}

export function attackSignIn(arena: () => Arena): void {
  const pend = async (
    agent: "target" | "sampled" | "redirecting" = "target",
    party = arena().party(),
  ): Promise<Pending> => {
    const victim = arena().victim(agent);
    const { id, authUrl } = await victim.offer(party.url);
    const attempt = await victim.begin(authUrl);
    return { victim, party, id, authUrl, attempt, callback: await victim.consent(attempt) };
  };
  const withCookie = ({ cookie }: Attempt) => ({ ...CLICK, "sec-fetch-site": "cross-site", cookie });
  const change = (url: string, edit: (query: URLSearchParams, url: URL) => void) => {
    const changed = new URL(url);
    edit(changed.searchParams, changed);
    return changed.href;
  };
  /** Ours is a page at the callback, others are the provider's with the callback in it. */
  const callbackOf = (authUrl: string) => new URL(authUrl).searchParams.get("redirect_uri") ?? authUrl;
  /** Nothing was sent to the provider, and the honest browser still ends what it began. */
  const expectUnharmed = async ({ victim, party, attempt, callback }: Pending) => {
    expect(party.as.tokenRequests).toEqual([]);
    expect(await victim.stateOfOnly()).toBe("authenticating");
    words((await victim.get(callback, withCookie(attempt))).status).toBe(200);
    await victim.do("mcp.waitForConnections", { timeout: 5000 });
    expect(await victim.stateOfOnly()).toBe("ready");
  };

  describe("state and callback", () => {
    test("S01 an invented state is refused, and the pending sign-in still completes", async () => {
      const pending = await pend();
      const forged = change(pending.callback, (query) => query.set("state", "x".repeat(43)));
      words((await pending.victim.get(forged, withCookie(pending.attempt))).status).toBe(400);
      await expectUnharmed(pending);
    });

    test("S02 the answer of one server's sign-in does not end the other's", async () => {
      const victim = arena().victim();
      const [one, two] = [arena().party(), arena().party()];
      const first = await victim.begin((await victim.offer(one.url, {}, "one")).authUrl);
      const second = await victim.begin((await victim.offer(two.url, {}, "two")).authUrl);
      const crossed = change(await victim.consent(first), (query) => query.set("state", second.state));
      words((await victim.get(crossed, withCookie(second))).text).toContain("not the one it claims to be");
      expect([...one.as.tokenRequests, ...two.as.tokenRequests]).toEqual([]);
    });

    test("S04 a code that was refused is not sent a second time, and its answer cannot be replayed", async () => {
      const party = arena().party({ token: () => Response.json({ error: "invalid_grant" }, { status: 400 }) });
      const { victim, attempt, callback } = await pend("target", party);
      for (const _again of [1, 2]) words((await victim.get(callback, withCookie(attempt))).status).toBe(400);
      expect(party.requests.filter(({ url }) => url.endsWith("/token"))).toHaveLength(1);
    });

    test("S04 M15 a connection that breaks after the code was taken is not tried again with it", async () => {
      const party = arena().party({
        token: () => {
          throw new TypeError("reset");
        },
      });
      const { victim, attempt, callback } = await pend("target", party);
      await victim.get(callback, withCookie(attempt));
      words(await victim.stateOfOnly()).toBe("failed");
      expect(party.requests.filter(({ url }) => url.endsWith("/token"))).toHaveLength(1);
    });

    test("S05 after eleven minutes the answer is refused and the attempt's rows are gone", async () => {
      const { victim, party, attempt, callback } = await pend();
      await arena().setClock(11 * 60_000);
      try {
        words((await victim.get(callback, withCookie(attempt))).text).toContain("not finished in time");
        const { result } = await victim.do("exec", "SELECT * FROM agents_mcp_oauth_attempts");
        words(result).toEqual([]);
        const secrets = await victim.do("exec", "SELECT * FROM agents_mcp_vault_secrets WHERE kind = 'verifier'");
        words(secrets.result).toEqual([]);
        expect(party.as.tokenRequests).toEqual([]);
        await victim.begin((await victim.offer(party.url)).authUrl);
      } finally {
        await arena().setClock(0);
      }
    });

    test("S08 guessing at agents that do not exist makes no tables", async () => {
      const stranger = arena().victim();
      await stranger.get(`${stranger.path}/callback?code=x&state=guess`);
      await stranger.get(`${stranger.path}/callback?flow=guess`);
      const { result } = await stranger.do<{ name: string }[]>("tables");
      expect(result?.filter(({ name }) => /^(?:cf_)?agents/.test(name))).toEqual([]);
    });

    test("S10 a forged answer is never told as a success to a handler or a redirect", async () => {
      const party = arena().party();
      for (const agent of ["sampled", "redirecting"] as const) {
        const victim = arena().victim(agent);
        await victim.signIn(party.url).catch(() => undefined);
        const page = await victim.get(`${victim.path}/callback?code=x&state=forged`);
        expect(page.text).not.toContain("<script>window.close();</script>");
        expect(page.headers.get("location") ?? "").not.toMatch(/\/in$/);
        if (agent === "sampled") words(page.text).toMatch(/^<script>alert\('Authorization failed: /);
        else words(page.headers.get("location")).toMatch(/\/x\?tab=1&error=/);
        expect(await victim.stateOfOnly()).toBe("ready");
      }
    });

    test.each(["code", "state", "iss"])("S11 a repeated %s is refused, whichever comes first", async (name) => {
      const pending = await pend();
      for (const extra of ["evil", new URL(pending.callback).searchParams.get(name) ?? ""]) {
        const doubled = change(pending.callback, (query) => query.append(name, extra));
        words((await pending.victim.get(doubled, withCookie(pending.attempt))).status).toBe(400);
      }
      await expectUnharmed(pending);
    });

    test("S11 an answer with both a code and an error is refused", async () => {
      const pending = await pend();
      const both = change(pending.callback, (query) => query.set("error", "access_denied"));
      words((await pending.victim.get(both, withCookie(pending.attempt))).status).toBe(400);
      await expectUnharmed(pending);
    });

    test.each([
      ["HEAD", "HEAD", {}],
      ["POST", "POST", {}],
      ["a prefetch", "GET", { "sec-purpose": "prefetch" }],
      ["an older prefetch", "GET", { purpose: "prefetch" }],
      ["an image", "GET", { "sec-fetch-dest": "image" }],
      ["a frame", "GET", { "sec-fetch-dest": "iframe" }],
      ["a script's fetch", "GET", { "sec-fetch-dest": "empty" }],
    ])("S13 %s does not use up the answer", async (_what, method, headers) => {
      const pending = await pend();
      await pending.victim.get(pending.callback, { ...withCookie(pending.attempt), ...headers }, method);
      await expectUnharmed(pending);
    });

    test.each<[string, (url: URL) => void]>([
      ["a trailing slash", (url) => (url.pathname += "/")],
      ["another case", (url) => (url.pathname = url.pathname.replace("callback", "Callback"))],
      ["an escaped letter", (url) => (url.pathname = url.pathname.replace("callback", "%63allback"))],
      ["a path below", (url) => (url.pathname += "/x")],
      ["dots", (url) => (url.pathname += "/%2e%2e/callback/%2e")],
    ])("S16 %s is not the callback's address", async (_what, edit) => {
      const pending = await pend();
      const moved = change(pending.callback, (_query, url) => edit(url));
      words((await pending.victim.get(moved, withCookie(pending.attempt))).status).toBe(404);
      await expectUnharmed(pending);
    });

    test("S16 another host in front of the same agent is not the callback's address", async () => {
      const pending = await pend();
      const { pathname, search } = new URL(pending.callback);
      const headers = withCookie(pending.attempt);
      const elsewhere = new Request(`https://other.example${pathname}${search}`, { headers });
      words((await arena().runtime.fetchAs(elsewhere)).status).toBe(404);
      await expectUnharmed(pending);
    });

    test("S17 ★ a stranger who was sent the provider's address cannot end the attacker's sign-in", async () => {
      const pending = await pend();
      words((await pending.victim.get(pending.callback, CLICK)).text).toContain("started in another browser");
      await expectUnharmed(pending);
    });

    test("S17 ★ a start URL opened from elsewhere asks first, and sets no cookie", async () => {
      const { victim, party, authUrl } = await pend();
      for (const site of ["cross-site", "same-site", "none"]) {
        const page = await victim.get(authUrl, { ...CLICK, "sec-fetch-site": site });
        expect(page.status).toBe(200);
        expect(page.headers.get("set-cookie")).toBeNull();
        expect(page.headers.get("location")).toBeNull();
        expect(page.text).toContain(new URL(party.issuer).host);
      }
      const bare = await victim.get(authUrl, {});
      expect([bare.status, bare.headers.get("set-cookie")]).toEqual([200, null]);
    });

    test("S17 ★ another page cannot press the question's button", async () => {
      const { victim, authUrl } = await pend();
      for (const origin of ["https://evil.example", "null", "http://127.0.0.1:1"]) {
        const page = await victim.get(authUrl, { ...CLICK, origin, "sec-fetch-site": "cross-site" }, "POST");
        expect([page.status, page.headers.get("set-cookie")]).toEqual([403, null]);
      }
      const silent = await victim.get(authUrl, {}, "POST");
      expect([silent.status, silent.headers.get("set-cookie")]).toEqual([403, null]);
    });

    test.each([
      ["HEAD", "HEAD", {}],
      ["a prefetch", "GET", { "sec-purpose": "prefetch;prerender" }],
      ["a frame", "GET", { "sec-fetch-dest": "iframe" }],
      ["an image", "GET", { "sec-fetch-dest": "image" }],
    ])("S17 %s of a start URL begins nothing, even on the same origin", async (_what, method, headers) => {
      const { victim, authUrl } = await pend();
      const page = await victim.get(authUrl, { ...CLICK, ...headers }, method);
      expect(page.headers.get("set-cookie")).toBeNull();
      expect(page.headers.get("location")).toBeNull();
    });

    test("S18 ★ the attacker's finished answer does nothing in the victim's browser", async () => {
      const pending = await pend();
      const attackers = await pending.victim.begin(pending.authUrl);
      const theirs = await pending.victim.consent(attackers);
      words((await pending.victim.get(theirs, withCookie(pending.attempt))).text).toContain("another browser");
      await expectUnharmed(pending);
    });

    test("S18 the cookie of one tab's attempt does not stand for the other's, under its name or twice", async () => {
      onlyOurs("a cookie of each attempt");
      const pending = await pend();
      const other = await pending.victim.begin(pending.authUrl);
      const [, value = ""] = other.cookie.split("=");
      const [name = ""] = pending.attempt.cookie.split("=");
      for (const cookie of [other.cookie, `${name}=${value}`, `${name}=x; ${pending.attempt.cookie}`, `${name}=`]) {
        expect((await pending.victim.get(pending.callback, { ...CLICK, cookie })).text).toContain("another browser");
      }
      await expectUnharmed(pending);
    });

    test("S19 what every browser is told holds neither a state nor the provider's address", async () => {
      const { victim, attempt } = await pend();
      const told = JSON.stringify(await victim.state());
      for (const hidden of [attempt.state, "code_challenge", "/authorize"]) expect(told).not.toContain(hidden);
    });

    test("S20 starting a hundred times keeps a handful of attempts, and the newest works", async () => {
      onlyOurs("an attempt of each opening");
      const pending = await pend();
      let attempt = pending.attempt;
      for (let times = 0; times < 30; times += 1) attempt = await pending.victim.begin(pending.authUrl);
      const { result } = await pending.victim.do("exec", "SELECT attempt_id FROM agents_mcp_oauth_attempts");
      expect((result as unknown[]).length).toBeLessThanOrEqual(5);
      await expectUnharmed({ ...pending, attempt, callback: await pending.victim.consent(attempt) });
    });

    test.each(["x-forwarded-host", "x-original-host", "forwarded", "x-forwarded-port"])(
      "S22 %s has no say in where the answer goes",
      async (name) => {
        const victim = arena().victim();
        const headers = { [name]: name === "forwarded" ? "host=evil.example;proto=https" : "evil.example" };
        const body = JSON.stringify(["addMcpServer", "server", arena().party().url, {}]);
        const response = await arena().runtime.fetch(victim.path, { method: "POST", headers, body });
        const { result } = (await response.json()) as { result: { authUrl: string } };
        expect(new URL(callbackOf(result.authUrl)).origin).toBe(arena().runtime.origin);
      },
    );

    test("S22 asking again under another host does not move the callback of a server that is there", async () => {
      const { victim, party } = await pend();
      const body = JSON.stringify(["addMcpServer", "server", party.url, {}]);
      const request = new Request(`https://evil.example${victim.path}`, { method: "POST", body });
      const answer = decodeURIComponent(await (await arena().runtime.fetchAs(request)).text());
      expect(answer).toContain(arena().runtime.origin);
      expect(answer).not.toContain("evil.example");
    });

    test("a removed server's answer is refused, and its code goes nowhere", async () => {
      const { victim, party, id, attempt, callback, authUrl } = await pend();
      await victim.do("removeMcpServer", id);
      expect((await victim.get(callback, withCookie(attempt))).status).toBe(404);
      expect((await victim.get(authUrl)).headers.get("set-cookie")).toBeNull();
      expect(party.as.tokenRequests).toEqual([]);
      expect((await victim.state()).servers).toEqual({});
    });

    test("S07 a start URL and an answer mean nothing to another instance and another class", async () => {
      const pending = await pend();
      for (const other of [arena().victim(), arena().victim("sampled")]) {
        await other.offer(arena().party().url);
        const moved = (url: string) => change(url, (_query, to) => (to.pathname = `${other.path}/callback`));
        if (isOurs) {
          const started = await other.get(moved(pending.authUrl));
          expect([started.headers.get("location"), started.headers.get("set-cookie")]).toEqual([null, null]);
        }
        await other.get(moved(pending.callback), withCookie(pending.attempt));
        expect(await other.stateOfOnly()).toBe("authenticating");
      }
      await expectUnharmed(pending);
    });
  });
}
