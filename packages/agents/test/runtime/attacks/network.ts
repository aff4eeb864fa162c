// Attacks that make the agent reach, tell or follow what it should not.
import { describe, expect, test } from "vitest";
import { type Arena, redirectTo, type Script } from "./arena.ts";
import { words } from "./surface.ts";
import { CLICK } from "./victim.ts";

const HEADERS = { "x-api-key": "canary-header-value", "cf-access-client-secret": "canary-access-secret" };

export function attackNetwork(arena: () => Arena): void {
  const add = async (script: Script, options = {}) => {
    const party = arena().party(script);
    const victim = arena().victim();
    return { party, victim, outcome: await victim.add(party.url, options) };
  };

  describe("targets inside", () => {
    test.each([
      "[::]",
      "[::1]",
      "[fd00::1]",
      "[fe80::1]",
      "[fec0::1]",
      "[::ffff:127.0.0.1]",
      "[::ffff:0:7f00:1]",
      "[::127.0.0.1]",
      "[64:ff9b::7f00:1]",
      "[64:ff9b:1::7f00:1]",
      "[2002:7f00:1::]",
      "[2001:0:7f00:1::]",
      "127.0.0.1",
      "127.1",
      "0x7f.1",
      "2130706433",
      "0177.0.0.1",
      "0.0.0.0",
      "10.0.0.1",
      "100.100.100.200",
      "169.254.169.254",
      "192.0.0.192",
      "198.18.0.1",
      "255.255.255.255",
      "localhost",
      "a.localhost",
      "localhost.",
      "LOCALHOST",
      "metadata.google.internal",
      "metadata.google.internal.",
      "db.local",
      "router.home.arpa",
      "intranet",
      "x.onion",
      "127。0。0。1",
      "①②⑦.0.0.1",
      "loc%61lhost",
      "a..example",
    ])("N02 N03 https://%s/ is not reached, as a server's address or as its metadata's", async (host) => {
      // Agents of earlier cases may still listen to their servers.
      const strange = () => arena().requests.filter(({ url }) => !new URL(url).hostname.endsWith(".example")).length;
      const before = strange();
      const outcome = await arena().victim().add(`https://${host}/mcp`);
      words(outcome).toMatch(/^url-(?:blocked|invalid)$/);
      expect(strange()).toBe(before);
      const { outcome: viaChallenge } = await add({
        mcp: (request) =>
          request.url.endsWith("/mcp")
            ? new Response(null, {
                status: 401,
                headers: { "www-authenticate": encodeURI(`Bearer resource_metadata="https://${host}/x"`) },
              })
            : undefined,
      });
      // An address that cannot be parsed was never announced.
      words(viaChallenge).toMatch(/^url-blocked$|^authenticating$/);
      expect(strange()).toBe(before);
    });

    test("N02 http, and every scheme that is no http at all, is refused", async () => {
      for (const url of [
        "http://plain-mcp.example/",
        "ftp://plain-mcp.example/",
        "file:///etc/passwd",
        "javascript:1",
        "data:,x",
        "https://u:p@plain-mcp.example/",
      ])
        words(await arena().victim().add(url)).toMatch(/^url-(?:blocked|invalid)$/);
      expect(arena().requests.filter(({ url }) => new URL(url).host === "plain-mcp.example")).toEqual([]);
    });

    test("N05 ★ a challenge cannot make it ask a metadata service", async () => {
      const inside = arena().inside();
      const header = { "www-authenticate": `Bearer resource_metadata="${inside}/latest/meta-data"` };
      const { outcome } = await add({ mcp: () => new Response(null, { status: 401, headers: header }) });
      words(outcome).toBe("url-blocked");
      expect(arena().sentTo(inside)).toEqual([]);
    });

    test.each(["token_endpoint", "registration_endpoint", "revocation_endpoint"])(
      "N06 ★ a %s inside is not reached",
      async (name) => {
        const inside = arena().inside().replace("http:", "https:");
        const script: Script = { metadata: { [name]: `${inside}/x` } };
        const party = arena().party(script);
        const victim = arena().victim();
        const outcome = await victim.add(party.url);
        if (outcome === "authenticating") {
          const url = Object.values((await victim.state()).servers)[0]?.auth_url ?? "";
          const attempt = await victim.begin(url);
          await victim.get(
            await victim
              .consent(attempt)
              .catch(() => `${attempt.redirectUri}?code=c&iss=${party.issuer}&state=${attempt.state}`),
            { ...CLICK, cookie: attempt.cookie },
          );
          for (const id of Object.keys((await victim.state()).servers)) await victim.do("removeMcpServer", id);
        }
        expect(arena().sentTo(inside)).toEqual([]);
        words(party.requests.length).toBeGreaterThan(2);
      },
    );

    test("N06 ★ an issuer inside is not reached", async () => {
      let url = "";
      const inside = arena().inside();
      const party = arena().party({
        prm: () => Response.json({ resource: url, authorization_servers: [`${inside}/`, "https://localhost"] }),
      });
      url = party.url;
      words(await arena().victim().add(url)).toBe("url-blocked");
      expect(arena().sentTo(inside)).toEqual([]);
    });
  });

  describe("redirects", () => {
    const kinds: readonly [string, (to: string, status: number) => Script][] = [
      ["the MCP server", (to, status) => ({ mcp: redirectTo(to, status) })],
      ["resource metadata", (to, status) => ({ prm: redirectTo(to, status) })],
      ["issuer metadata", (to, status) => ({ metadata: redirectTo(to, status) })],
      ["registration", (to, status) => ({ register: redirectTo(to, status) })],
    ];
    test.each(kinds)(
      "N07 ★ N09 ★ a redirect of %s leads nowhere else, and takes nothing there",
      async (_what, script) => {
        const evil = arena().origin("evil");
        arena().route(evil, () => new Response("{}"));
        const inside = arena().inside();
        for (const status of [301, 302, 303, 307, 308]) {
          for (const to of [`${evil}/x`, inside]) {
            const { outcome } = await add(script(to, status), { transport: { headers: HEADERS } });
            expect([...arena().sentTo(evil), ...arena().sentTo(inside)]).toEqual([]);
            words(outcome).toBe("redirect-refused");
          }
        }
      },
    );

    test("N07 a first hop on its own origin does not excuse the second", async () => {
      const evil = arena().origin("evil");
      const hop = (request: Request) =>
        request.url.endsWith("/mcp")
          ? redirectTo("/again")(request)
          : request.url.endsWith("/again")
            ? redirectTo(`${evil}/x`)(request)
            : undefined;
      words((await add({ mcp: hop })).outcome).toBe("redirect-refused");
      expect(arena().sentTo(evil)).toEqual([]);
    });

    test.each([
      ["a loop", "/mcp"],
      ["nothing", ""],
      ["a script", "javascript:alert(1)"],
      ["a megabyte", `/${"x".repeat(60_000)}`],
    ])("N08 a redirect to %s ends, soon and with a code", async (_what, location) => {
      const { outcome, party } = await add({ mcp: redirectTo(location) });
      words(outcome).toMatch(/redirect-refused|url-invalid|http-error|not-an-mcp-server|host-unreachable/);
      expect(party.requests.length).toBeLessThan(20);
    });

    test.each([301, 302, 303, 307, 308])(
      "N10 ★ a token endpoint's %i gets neither code, nor verifier, nor belief",
      async (status) => {
        const evil = arena().origin("evil");
        arena().route(evil, () => Response.json({ access_token: "canary-evil-token", token_type: "Bearer" }));
        const victim = arena().victim();
        const { party } = { party: arena().party({ token: redirectTo(`${evil}/token`, status) }) };
        const attempt = await victim.begin((await victim.offer(party.url)).authUrl);
        await victim.get(await victim.consent(attempt), { ...CLICK, cookie: attempt.cookie });
        expect(arena().sentTo(evil)).toEqual([]);
        expect(await victim.stateOfOnly()).not.toBe("ready");
        words(await victim.stateOfOnly()).toBe("failed");
      },
    );

    test("N10 ★ neither a code nor a registration follows a redirect on its own origin either", async () => {
      const registering = await add({ register: redirectTo("/elsewhere") });
      words(registering.outcome).toBe("redirect-refused");
      const victim = arena().victim();
      const party = arena().party({ token: redirectTo("/elsewhere") });
      const attempt = await victim.begin((await victim.offer(party.url)).authUrl);
      await victim.get(await victim.consent(attempt), { ...CLICK, cookie: attempt.cookie });
      const followed = [...party.requests, ...registering.party.requests].filter(({ url }) =>
        url.endsWith("/elsewhere"),
      );
      expect(followed).toEqual([]);
    });

    test("N09 ★ a server that redirects once it has the token hands nothing on", async () => {
      const evil = arena().origin("evil");
      arena().route(evil, () => new Response("{}"));
      const victim = arena().victim();
      const script: { mcp?: Script["mcp"] } = {};
      const party = arena().party(script);
      const serverId = await victim.signIn(party.url);
      script.mcp = redirectTo(`${evil}/mcp`);
      const { error } = await victim.do("mcp.callTool", { serverId, name: "echo", arguments: { text: "private" } });
      words(error?.code).toBe("redirect-refused");
      expect(arena().sentTo(evil)).toEqual([]);
    });
  });

  describe("headers", () => {
    test("N11 ★ a developer's headers go to the MCP server and nowhere else", async () => {
      const victim = arena().victim();
      const party = arena().party();
      await victim.signIn(party.url, { transport: { headers: HEADERS } });
      const holders = party.requests.filter(({ headers }) => JSON.stringify(headers).includes("canary-"));
      words(holders.length).toBeGreaterThan(2);
      expect(holders.filter(({ url }) => !url.startsWith(party.url))).toEqual([]);
    });

    test("N11 ★ a developer's Authorization and a token never travel together, nor does a challenge turn one into the other", async () => {
      const { outcome, party } = await add(
        {},
        { transport: { headers: { authorization: "Bearer canary-static-token" } } },
      );
      words(outcome).toBe("token-rejected");
      for (const { url, headers } of party.requests) {
        words(url.startsWith(party.url)).toBe(true);
        words(headers["authorization"]).toBe("Bearer canary-static-token");
        if (!url.startsWith(party.url)) expect(JSON.stringify(headers)).not.toContain("canary-static-token");
        expect(headers["authorization"] ?? "").not.toContain(",");
      }
    });

    test("N12 an SSE server's endpoint on another origin gets nothing", async () => {
      const evil = arena().origin("evil");
      arena().route(evil, () => new Response(null, { status: 202 }));
      const origin = arena().origin("sse");
      for (const endpoint of [
        `${evil}/post`,
        `//${new URL(evil).host}/post`,
        `${origin.replace("https", "http")}/post`,
        "javascript:1",
      ]) {
        arena().route(
          origin,
          () =>
            new Response(`event: endpoint\ndata: ${endpoint}\n\n`, {
              headers: { "content-type": "text/event-stream" },
            }),
        );
        const options = { transport: { type: "sse", headers: HEADERS } };
        words(await arena().victim().add(`${origin}/sse`, options)).toMatch(/url-blocked|invalid-response/);
      }
      expect(arena().sentTo(evil)).toEqual([]);
    });

    test.each([
      ["CR LF", { "x-a": "1\r\nx-evil: 1" }],
      ["a NUL", { "x-a": "1\0" }],
      ["a name with a space", { "x a": "1" }],
      ["non-Latin text", { "x-a": "日本" }],
      ["Host", { Host: "evil.example" }],
      ["Cookie", { cookie: "a=1" }],
      ["Content-Length", { "Content-Length": "0" }],
      ["Transfer-Encoding", { "transfer-encoding": "chunked" }],
      ["a session id", { "Mcp-Session-Id": "x" }],
      ["a protocol version", { "MCP-Protocol-Version": "1" }],
    ])("X21 a header with %s is refused when it is given", async (_what, headers) => {
      const { outcome, party } = await add({}, { transport: { headers } });
      words(outcome).toBe("option-invalid");
      words(party.requests).toEqual([]);
      for (const [name, value] of Object.entries<string>(headers))
        expect(party.requests.filter((sent) => sent.headers[name.toLowerCase()] === value)).toEqual([]);
    });
  });
}
