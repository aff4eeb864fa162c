// Attacks by the size and the pace of what is said, and a look at what lies in which row.
import { createMockMcpServer } from "@agents-internal/testing";
import { describe, expect, test } from "vitest";
import { type Answer, type Arena, jsonOf } from "./arena.ts";
import { events, speak, tool } from "./scripted-server.ts";
import { onlyOurs, within } from "./surface.ts";
import { findTraces } from "../traces.ts";

export function attackRows(arena: () => Arena): void {
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
