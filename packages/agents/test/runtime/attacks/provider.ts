// Attacks by authorization servers, and by MCP servers that choose them.
import { describe, expect, test } from "vitest";
import type { Answer, Arena, Party, Script } from "./arena.ts";
import { hostileProviders } from "./hostile-provider.ts";
import { isOurs, onlyOurs, words } from "./surface.ts";
import { CLICK } from "./victim.ts";

const prmOf = (party: () => Party, change: Readonly<Record<string, unknown>>): Answer => {
  return () => Response.json({ resource: party().url, authorization_servers: [party().issuer], ...change });
};
const challenge =
  (value: string | readonly string[]): Answer =>
  (request) => {
    if (request.headers.has("authorization") || !request.url.endsWith("/mcp")) return undefined;
    const headers = new Headers();
    for (const line of [value].flat()) headers.append("www-authenticate", line);
    return new Response(null, { status: 401, headers });
  };

const SCRIPTS = [
  "javascript:alert(1)//https://x",
  " JavaScript:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,x",
  "vbscript:x",
];
const PROGRAMS = ["file:///etc/passwd", "blob:https://x.example/1", "ms-msdt:x", "intent://x#Intent;end", "cursor://x"];
const MALFORMED = ["https://user:pass@x.example/", "//x.example/", { toString: "x" }];

export function attackProvider(arena: () => Arena): void {
  const { add, pending } = hostileProviders(arena);
  const prm = async (change: Readonly<Record<string, unknown>>, script: Script = {}) => {
    const party: Party = arena().party({ ...script, prm: (request) => prmOf(() => party, change)(request) });
    const victim = arena().victim();
    return { party, victim, outcome: await victim.add(party.url) };
  };
  describe("mix-up and injected codes", () => {
    test("M03 M04 an answer of any other spelling of the issuer is refused, and its code is not sent", async () => {
      const { party, answer } = await pending({});
      const { host } = new URL(party.issuer);
      for (const iss of [
        "https://evil.example",
        `${party.issuer}/`,
        `https://${host.toUpperCase()}`,
        `https://${host}:443`,
        `https:%2F%2F${host}`,
        "",
      ]) {
        const page = await answer((query) => {
          query.set("iss", iss);
          query.set("code", "honest-code");
        });
        words(page.text).toContain("not the one it claims to be");
      }
      words((await answer((query) => query.delete("iss"))).text).toContain("not the one it claims to be");
      expect(party.as.tokenRequests).toEqual([]);
    });

    test("M06 an error under the wrong issuer neither ends the sign-in nor is shown", async () => {
      const { victim, answer } = await pending({}, "sampled");
      const page = await answer((query) => {
        query.set("iss", "https://evil.example");
        query.set("error", "access_denied");
        query.set("error_description", "call 0800-EVIL");
      });
      expect(page.text).not.toMatch(/EVIL|access_denied/);
      expect(await victim.stateOfOnly()).toBe("authenticating");
    });

    test("M09 an issuer that sends people to another's login gets no code of it: nobody there knows its client", async () => {
      const real = arena().party({ quirks: ["iss-not-offered"] });
      const { location, victim, evil } = await (async () => {
        const party = arena().party({
          metadata: {
            authorization_endpoint: `${real.issuer}/authorize`,
            authorization_response_iss_parameter_supported: false,
          },
        });
        const owner = arena().victim();
        const begun = await owner.begin((await owner.offer(party.url)).authUrl);
        return { location: begun.location, victim: owner, evil: party };
      })();
      expect(location.origin).toBe(real.issuer);
      expect((await arena().surf(location.href)).headers.get("location")).toBeNull();
      expect([...real.as.tokenRequests, ...evil.as.tokenRequests]).toEqual([]);
      expect(await victim.stateOfOnly()).toBe("authenticating");
    });

    test("M10 the code goes to the server recorded at the start, whatever the metadata says by then", async () => {
      const evil = arena().origin("evil-as");
      const script: { metadata?: Script["metadata"]; prm?: Answer } = {};
      const { party, victim, attempt } = await pending(script);
      script.metadata = { token_endpoint: `${evil}/token` };
      script.prm = () => Response.json({ resource: party.url, authorization_servers: [evil] });
      await victim.get(await victim.consent(attempt), { ...CLICK, cookie: attempt.cookie });
      expect(party.as.tokenRequests).toHaveLength(1);
      expect(arena().sentTo(evil)).toEqual([]);
    });

    test("M07 ★ a provider that passes the browser on to another server's silent provider gets no code of it", async () => {
      const victim = arena().victim();
      const honest = arena().party({ quirks: ["iss-not-offered"] });
      const honestId = await victim.signIn(honest.url, {}, "honest");
      // Addresses of sign-ins are no secrets: who runs the other provider may know the client's id there.
      const known = new URL(honest.requests.find(({ url }) => url.includes("/authorize?"))?.url ?? "");
      const evil = arena().party({ quirks: ["iss-not-offered"] });
      const attempt = await victim.begin((await victim.offer(evil.url, {}, "evil")).authUrl);
      const before = honest.as.tokenRequests.length;

      // With our client there, and with each callback that this agent might take an answer at.
      for (const redirectUri of new Set([known.searchParams.get("redirect_uri") ?? "", attempt.redirectUri])) {
        const forwarded = new URL(known);
        forwarded.searchParams.set("state", attempt.state);
        forwarded.searchParams.set("code_challenge", attempt.location.searchParams.get("code_challenge") ?? "");
        forwarded.searchParams.set("redirect_uri", redirectUri);
        const back = (await arena().surf(forwarded.href)).headers.get("location");
        if (back !== null) await victim.get(back, { ...CLICK, cookie: attempt.cookie });
      }

      expect(evil.as.tokenRequests).toEqual([]);
      expect(honest.as.tokenRequests).toHaveLength(before);
      expect((await victim.state()).servers[honestId]?.state).toBe("ready");
      await victim.get(await victim.consent(attempt), { ...CLICK, cookie: attempt.cookie });
      await victim.do("mcp.waitForConnections", { timeout: 5000 });
      for (const { state } of Object.values((await victim.state()).servers)) expect(state).toBe("ready");
    });

    test.each([
      ["M11 ★ without a word of PKCE", "pkce-not-advertised", "pkce-unadvertised"],
      ["M12 with PKCE plain only", "pkce-plain-only", "pkce-unsupported"],
    ] as const)("%s no sign-in begins", async (_what, quirk, code) => {
      const { outcome, party } = await add({ quirks: [quirk] });
      expect(outcome).not.toBe("authenticating");
      words(outcome).toBe(code);
      words(party.as.registrations).toEqual([]);
    });

    test.each([404, 400, 401, 405, 410])(
      "M13 ★ a configured secret goes nowhere when the resource's metadata is %i and the server claims to be its own issuer",
      async (status) => {
        onlyOurs("a configured secret");
        const origin = arena().origin("mcp");
        const evil = arena().party();
        arena().route(origin, (request) => {
          const { pathname } = new URL(request.url);
          if (pathname.includes("protected-resource")) return new Response(null, { status });
          if (!pathname.startsWith("/.well-known/")) return new Response(null, { status: 401 });
          const metadata = {
            issuer: origin,
            authorization_endpoint: `${origin}/authorize`,
            token_endpoint: `${origin}/token`,
          };
          return Response.json({ ...metadata, code_challenge_methods_supported: ["S256"] });
        });
        for (const issuer of [undefined, evil.issuer]) {
          const victim = arena().victim();
          const client = { clientId: "ours", clientSecret: "canary-client-secret", ...(issuer && { issuer }) };
          const outcome = await victim.do<{ authUrl: string }>("addMcpServer", "server", `${origin}/mcp`, {
            oauth: { client },
          });
          if (outcome.result === undefined) continue;
          const { location } = await victim.begin(outcome.result.authUrl);
          expect(location.origin).toBe(evil.issuer);
        }
        expect(JSON.stringify(arena().sentTo(origin))).not.toContain("canary-client-secret");
      },
    );

    test("M13 ★ a configured secret is not for an issuer the server chose", async () => {
      onlyOurs("a configured secret");
      const client = { clientId: "ours", clientSecret: "canary-client-secret", issuer: "https://real.example" };
      const { outcome, party } = await add({}, { oauth: { client } });
      expect(outcome).toBe("issuer-mismatch");
      expect(JSON.stringify(party.requests)).not.toContain("canary-client-secret");
    });

    test.each<[string, () => Response]>([
      ["an error with status 200", () => Response.json({ error: "invalid_grant" })],
      ["HTML", () => new Response("<html>access_token=x", { headers: { "content-type": "text/html" } })],
      ["an array", () => Response.json(["access_token"])],
      ["a token that ends a header", () => Response.json({ access_token: "a\r\nX-Evil: 1", token_type: "Bearer" })],
      ["R07 a token of type mac", () => Response.json({ access_token: "canary-mac-token", token_type: "mac" })],
    ])("M16 a token answer that is %s is no sign-in", async (_what, token) => {
      const { party, victim, attempt } = await pending({ token });
      words((await victim.get(await victim.consent(attempt), { ...CLICK, cookie: attempt.cookie })).status).toBe(400);
      await victim.do("mcp.waitForConnections", { timeout: 3000 });
      expect(await victim.stateOfOnly()).not.toBe("ready");
      words(await victim.stateOfOnly()).toBe("failed");
      expect(party.requests.filter(({ headers }) => headers["authorization"]?.includes("canary"))).toEqual([]);
      const { result } = await victim.do("exec", "SELECT * FROM agents_mcp_oauth_tokens");
      words(result).toEqual([]);
    });
  });

  describe("discovery and registration", () => {
    test.each<[string, (url: string) => unknown, string?]>([
      ["V02 ★ the whole origin", (url) => `${new URL(url).origin}/`, "resource-prefix"],
      ["V02 the whole origin, bare", (url) => new URL(url).origin, "resource-prefix"],
      ["V03 a sibling", (url) => `${url}2`],
      ["V03 a path with dots", (url) => `${new URL(url).origin}/x/../mcp`],
      ["V03 another case", (url) => url.replace(/\/mcp$/, "/MCP")],
      ["V03 a user", (url) => url.replace("https://", "https://u@")],
      ["V03 a fragment", (url) => `${url}#x`],
      ["V03 another host", () => "https://bank.example/mcp"],
    ])("metadata that speaks of %s is refused", async (_what, resource, code = "resource-mismatch") => {
      let url = "";
      const party: Party = arena().party({
        prm: () => Response.json({ resource: resource(url), authorization_servers: [party.issuer] }),
      });
      url = party.url;
      const outcome = await arena().victim().add(url);
      // Another spelling of the same place gives nobody anything: to refuse it is our own strictness.
      const place = new URL(String(resource(url)));
      const isSame = `${place.origin}${place.pathname}` === url;
      (isSame ? words : expect)(outcome).not.toBe("authenticating");
      words(outcome).toBe(code);
    });

    test("V05 metadata on another origin gets no header of ours, and still has to be the server's", async () => {
      const evil = arena().origin("evil");
      arena().route(evil, () => Response.json({ resource: `${evil}/mcp`, authorization_servers: [evil] }));
      const options = { transport: { headers: { "x-api-key": "canary-header-value" } } };
      const { outcome } = await add({ mcp: challenge(`Bearer resource_metadata="${evil}/prm"`) }, options);
      words(outcome).toBe("resource-mismatch");
      words(arena().sentTo(evil)).toHaveLength(1);
      expect(JSON.stringify(arena().sentTo(evil))).not.toContain("canary-header-value");
    });

    test("V06 a Bearer challenge is found behind another one, joined or on a line of its own", async () => {
      for (const lines of [
        'Basic realm="x", Bearer resource_metadata="URL"',
        ['Basic realm="a, b"', 'Bearer resource_metadata="URL"'],
      ]) {
        const place = arena().origin("prm");
        const party: Party = arena().party({
          mcp: challenge([lines].flat().map((line) => line.replace("URL", `${place}/here`))),
          prm: () => new Response(null, { status: 404 }),
        });
        arena().route(place, () => Response.json({ resource: party.url, authorization_servers: [party.issuer] }));
        expect(await arena().victim().add(party.url)).toBe("authenticating");
        expect(arena().sentTo(place)).toHaveLength(1);
      }
    });

    test("V07 ★ what looks like a parameter inside a quoted text is none", async () => {
      const evil = arena().origin("evil");
      const text = `Bearer error_description="see resource_metadata=${evil}/x, scope=admin, resource_metadata=\\"${evil}/y\\"", x_resource_metadata="${evil}/z"`;
      const { outcome, victim } = await add({ mcp: challenge(text) });
      words(outcome).toBe("authenticating");
      expect(arena().sentTo(evil)).toEqual([]);
      expect(JSON.stringify(await victim.state())).not.toContain("admin");
    });

    test.each<[string, () => Response, string]>([
      ["50 MB", () => new Response(`{"a":"${"x".repeat(50_000_000)}"}`), "response-too-large"],
      ["100,000 levels deep", () => new Response("[".repeat(100_000)), "metadata-invalid"],
      [
        "deep and well-formed",
        () => new Response(`{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`),
        "metadata-invalid",
      ],
    ])("V08 metadata of %s is refused", async (_what, answer, code) => {
      for (const [script, expected] of [
        [{ prm: answer }, code],
        [{ metadata: answer }, /response-too-large|metadata-invalid|issuer-not-identical/],
      ] as const) {
        const { outcome, victim } = await add(script);
        words(outcome).toMatch(expected);
        expect(outcome).not.toMatch(/^(?:ready|authenticating)$/);
        expect((await victim.do("name")).result).toBeTypeOf("string");
      }
    });

    test.each([403, 500, 503, 429])(
      "V11 a %i in place of metadata does not make the server its own issuer",
      async (status) => {
        const { outcome, party } = await add({ prm: () => new Response(null, { status }) });
        words(outcome).toBe("http-error");
        expect(
          party.requests.filter(({ url }) => /\/(?:register|authorize)$|oauth-authorization-server/.test(url)),
        ).toEqual([]);
      },
    );

    test.each<[string, string, readonly unknown[]]>([
      ["P01 ★ an authorization_endpoint that is a script", "authorization_endpoint", SCRIPTS],
      ["P02 ★ an authorization_endpoint for another program", "authorization_endpoint", PROGRAMS],
      ["P02 ★ V12 an authorization_endpoint on plain http", "authorization_endpoint", ["http://public.example/x"]],
      ["P03 a malformed authorization_endpoint", "authorization_endpoint", MALFORMED],
      ["V12 a token_endpoint on plain http", "token_endpoint", ["http://public.example/x"]],
      ["V12 a registration_endpoint on plain http", "registration_endpoint", ["http://public.example/x"]],
      ...["token_endpoint", "registration_endpoint", "revocation_endpoint"].map(
        (name) =>
          [`V12 any other ${name}`, name, [...SCRIPTS, ...PROGRAMS, ...MALFORMED]] as [string, string, unknown[]],
      ),
    ])("%s is refused", async (_what, name, values) => {
      for (const value of values) {
        const { outcome, party } = await add({ metadata: { [name]: value } });
        words([value, outcome]).toEqual([value, "metadata-invalid"]);
        words(party.as.registrations).toEqual([]);
        // Whoever never revokes has no use for where that is done.
        if (isOurs || name !== "revocation_endpoint") expect([value, outcome]).not.toEqual([value, "authenticating"]);
      }
    });

    test("V12 an issuer on plain http is refused", async () => {
      const issuer = arena().origin("as").replace("https:", "http:");
      const { outcome } = await prm({ authorization_servers: [issuer] });
      words(outcome).toBe("url-blocked");
      expect(arena().sentTo(issuer)).toEqual([]);
    });

    test("V14 a refused registration shows no word of the answer", async () => {
      const register = () => new Response("<h1>db01.corp down</h1>", { status: 400 });
      const { outcome, victim } = await add({ register });
      words(outcome).toBe("registration-refused");
      expect(JSON.stringify([outcome, await victim.state()])).not.toMatch(/db01|<h1>/);
    });

    test("V15 ten thousand scopes are not asked for", async () => {
      const scope = Array.from({ length: 1500 }, (_each, index) => `admin:${index}`).join(" ");
      const party: Party = arena().party({ mcp: (request) => challenge(`Bearer scope="${scope}"`)(request) });
      const victim = arena().victim();
      const { location } = await victim.begin((await victim.offer(party.url)).authUrl);
      expect(location.href.length).toBeLessThan(4000);
    });
  });
}
