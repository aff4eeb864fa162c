// Attacks between features: tables of clients, callbacks of one's own, accounts, exceptions, acts that race.
import { createMockAuthorizationServer, createMockMcpServer } from "@agents-internal/testing";
import { describe, expect, test } from "vitest";
import { type Answer, type Arena, jsonOf, OPERATOR, type Script } from "./arena.ts";
import { events, speak, tool } from "./scripted-server.ts";
import { onlyOurs, within } from "./surface.ts";
import { findTraces } from "../traces.ts";
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

  describe("what a server says of itself", () => {
    test.each<[string, object]>([
      ["instructions", { instructions: "x".repeat(3_000_000) }],
      ["capabilities", { capabilities: { tools: {}, experimental: { big: { text: "x".repeat(3_000_000) } } } }],
      ["a name", { serverInfo: { name: "x".repeat(3_000_000), version: "1" } }],
    ])("Y10 %s of three megabytes are a failure of that server at most", async (_what, more) => {
      onlyOurs("rows of a bounded size");
      const origin = arena().origin("evil");
      const hello = {
        protocolVersion: "2025-11-25",
        capabilities: { tools: {} },
        serverInfo: { name: "evil", version: "1" },
      };
      arena().route(
        origin,
        speak({ initialize: () => ({ ...hello, ...more }), "tools/list": () => ({ tools: [tool("t")] }) }),
      );
      const victim = arena().victim();
      const good = await victim.signIn(arena().party().url, {}, "good");
      const outcome = await victim.add(`${origin}/mcp`, { retry: { maxAttempts: 1 } }, "evil");
      expect(outcome).toMatch(/^(?:ready|response-too-large|invalid-response|metadata-invalid)$/);
      await victim.do("mcp.waitForConnections", { timeout: 5000 });
      const { servers } = await victim.state();
      expect(servers[good]?.state).toBe("ready");
      expect(JSON.stringify(servers).length).toBeLessThan(1_000_000);
      const [evil = ""] = Object.entries(servers).find(([id]) => id !== good) ?? [];
      const { result } = await victim.do<string>("mcp.report", evil);
      expect(result?.length).toBeLessThan(100_000);
    });

    test("Y11 a tool with an endless name that asks for a sign-in is named in short, and odd names are policed as all others", async () => {
      onlyOurs("tools that ask for a sign-in");
      const long = `wipe-${"x".repeat(500_000)}`;
      const odd = ["constructor", "__proto__", "toString"];
      const tools = [long, ...odd].map((name) => ({
        name,
        inputSchema: { type: "object" as const },
        requiredScopes: ["admin"],
      }));
      const party = arena().party({ server: { tools } });
      const victim = arena().victim();
      const serverId = await victim.signIn(party.url);
      for (const name of [long, ...odd]) await victim.do("mcp.callTool", { serverId, name });
      const { servers } = await victim.state();
      expect(JSON.stringify(servers).length).toBeLessThan(100_000);
      const { result } = await victim.do<unknown[]>("exec", "SELECT * FROM agents_mcp_oauth_flows");
      expect(JSON.stringify(result).length).toBeLessThan(100_000);
      for (const name of odd) {
        expect((await victim.do("mcp.setToolPolicy", { serverId, name, policy: "deny" })).error).toBeUndefined();
        expect((await victim.do("mcp.callTool", { serverId, name })).error?.code).toBe("tool-denied");
      }
    });

    test("Y12 a storm of questions that are taken back at once leaves few rows, and ends", async () => {
      onlyOurs("questions for people");
      const origin = arena().origin("evil");
      const schema = { type: "object", properties: { a: { type: "string", title: "x".repeat(1000) } } };
      const question = (method: string, params: object, id?: string) =>
        `data: ${JSON.stringify({ jsonrpc: "2.0", ...(id !== undefined && { id }), method, params })}\n\n`;
      const storm = (times: number, withdrawn: boolean) =>
        Array.from({ length: times }, (_, index) => {
          const id = `q${index}-${withdrawn}`;
          const ask = question("elicitation/create", { message: "Who?", requestedSchema: schema }, id);
          return withdrawn ? ask + question("notifications/cancelled", { requestId: id }) : ask;
        }).join("");
      let calls = 0;
      const answer = speak({
        "tools/list": () => ({ tools: [tool("t")] }),
        "tools/call": () => events((calls += 1) === 1 ? storm(400, true) : storm(40, false), () => undefined),
      });
      arena().route(origin, answer);
      const victim = arena().victim();
      await victim.do("mcp.configureElicitationHandlers", { form: "clients", url: "clients" });
      const added = await victim.do<{ id: string }>("addMcpServer", "evil", `${origin}/mcp`);
      const serverId = added.result?.id ?? "";
      const taken = victim.do("mcp.callTool", { serverId, name: "t" }, { timeout: 3000 });
      await within(10_000, taken);
      const count = async () =>
        Number(
          (await victim.do<{ n: number }[]>("exec", "SELECT COUNT(*) AS n FROM agents_mcp_elicitations")).result?.[0]
            ?.n,
        );
      expect(await count()).toBeLessThanOrEqual(60);
      // A minute later it may ask again, and no more than a few at once.
      await arena().setClock(61_000);
      const kept = victim.do("mcp.callTool", { serverId, name: "t" }, { timeout: 3000 });
      const open = async () => (await victim.do<unknown[]>("mcp.listElicitations")).result?.length;
      await expect
        .poll(open, { timeout: 10_000 })
        .toBe(8)
        .finally(() => arena().setClock(0));
      await victim.do("removeMcpServer", serverId);
      await kept;
      expect(await count()).toBe(0);
    });
  });

  describe("what lies in rows", () => {
    test("Y13 no column of any table of ours holds a secret in clear, whichever feature put it there", async () => {
      onlyOurs("tables of ours");
      const canaries = ["header", "registration", "argument", "answer", "state", "props", "client"].map(
        (name) => `canary-of-${name}-0123456789`,
      );
      const [header, registration, argument, answer, state, , secret] = canaries;
      const script: { register?: Answer } = {};
      const party = arena().party({ quirks: ["refresh-rotation"], register: (request) => script.register?.(request) });
      script.register = async (request) => {
        const registered = await jsonOf(await party.as.handler(request));
        const registration_client_uri = `${party.issuer}/register/1`;
        return Response.json({ ...registered, registration_client_uri, registration_access_token: registration });
      };
      const victim = arena().victim();
      await victim.signIn(party.url, { transport: { headers: { "x-key": header } }, account: "work" });
      const own = { clientId: "c", clientSecret: secret, issuer: party.issuer };
      await victim.do("addMcpServer", "own", party.url, { account: "own", oauth: { client: own } });
      await victim.do("mcp.configureElicitationHandlers", { form: "clients", url: "clients" });
      const origin = arena().origin("asking");
      const requestedSchema = { type: "object", properties: { a: { type: "string" }, b: { type: "string" } } };
      const ask = { method: "elicitation/create", params: { message: "Who?", mode: "form", requestedSchema } };
      const modern = createMockMcpServer({ url: `${origin}/mcp`, era: "modern", faults: ["no-stream"] });
      arena().route(origin, async (request) => {
        const body = request.method === "POST" ? await request.clone().json() : {};
        const { id, method } = body as { id?: unknown; method?: string };
        if (method !== "tools/call") return modern.handler(request);
        const result = { resultType: "input_required", inputRequests: { one: ask, two: ask }, requestState: state };
        return Response.json({ jsonrpc: "2.0", id, result });
      });
      const { result: added } = await victim.do<{ id: string }>("addMcpServer", "asking", `${origin}/mcp`);
      const call = { serverId: added?.id, name: "echo", arguments: { text: argument } };
      expect((await victim.do("mcp.startCall", call)).error).toBeUndefined();
      const open = async () => (await victim.do<{ id: string }[]>("mcp.listElicitations")).result ?? [];
      await expect.poll(async () => (await open()).length, { timeout: 5000 }).toBe(2);
      const [first] = await open();
      await victim.do("mcp.answerElicitation", first?.id, { action: "accept", content: { a: answer } });
      for (const each of canaries) arena().secrets.add(each);
      const tokens = party.as.tokenRequests.flatMap((sent) => Object.values(sent)).filter((text) => text.length > 20);
      expect(tokens.length).toBeGreaterThan(0);
      const { result: tables } = await victim.do<{ name: string }[]>("tables");
      const ours = (tables ?? []).map(({ name }) => name).filter((name) => name.startsWith("agents_"));
      expect(ours.length).toBeGreaterThan(10);
      const known = [...arena().secrets].filter((text) => text.length > 12);
      let read = "";
      for (const name of ours) {
        const { result } = await victim.do<Record<string, unknown>[]>("exec", `SELECT * FROM ${name}`);
        read += JSON.stringify(result);
        for (const row of result ?? []) {
          for (const [column, value] of Object.entries(row))
            expect([name, column, findTraces(String(value), known)]).toEqual([name, column, []]);
        }
      }
      // What is no secret is found.
      expect(read).toContain("Who?");
      for (const each of [header, registration, argument, answer, state, secret])
        expect(arena().runtime.output.join("\n")).not.toContain(each);
    });
  });

  test("Y14 forty sockets that send all they may leave the object answering the others", async () => {
    onlyOurs("a limit for each socket");
    const { path } = arena().victim();
    const address = `${arena().runtime.origin.replace("http", "ws")}${path}`;
    const sockets = Array.from({ length: 40 }, () => new WebSocket(address));
    try {
      await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.addEventListener("open", resolve))));
      for (const socket of sockets) {
        for (let index = 0; index < 900; index += 1)
          socket.send('{"type":"rpc","id":"x","method":"nothing","args":[]}');
      }
      const answer = arena().runtime.fetch(path, { method: "POST", body: '["name"]' });
      expect(
        await within(
          15_000,
          answer.then(({ status }) => status),
        ),
      ).toBe(200);
    } finally {
      for (const socket of sockets) socket.close();
    }
  });
}
