// Attacks on the agent's own addresses: foreign pages, names of paths and methods, frames.
import { afterEach, describe, expect, test } from "vitest";
import type { Arena } from "./arena.ts";
import { within, words } from "./surface.ts";

interface Line {
  /** Code with which the agent closed; pending while it is open. */
  readonly closed: Promise<number>;
  readonly frames: string[];
  send(data: string | Uint8Array): void;
  /** Answer to a call. */
  call(method: string, ...args: readonly unknown[]): Promise<Record<string, unknown>>;
  close(): void;
}

export function attackFrontDoor(arena: () => Arena): void {
  const lines: Line[] = [];
  afterEach(() => {
    for (const line of lines.splice(0)) line.close();
  });

  async function connect(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Line> {
    const url = `${arena().runtime.origin.replace("http", "ws")}${path}`;
    // Node's WebSocket takes headers, as a program that is no browser may send them.
    const socket: WebSocket = Reflect.construct(WebSocket, [url, { headers }]);
    const frames: string[] = [];
    const waiting = new Set<() => void>();
    socket.addEventListener("message", ({ data }: MessageEvent) => {
      frames.push(String(data));
      arena().seen.push(String(data));
      for (const tell of [...waiting]) tell();
    });
    const closed = new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
    await new Promise((resolve) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("error", resolve);
    });
    let calls = 0;
    const line: Line = {
      closed,
      frames,
      send: (data) => socket.send(data),
      call(method, ...args) {
        const id = `call-${(calls += 1)}`;
        socket.send(JSON.stringify({ type: "rpc", id, method, args }));
        return new Promise((resolve, reject) => {
          void closed.then((code) => reject(new Error(`closed with ${code}`)));
          const look = () => {
            for (const frame of frames) {
              const message = JSON.parse(frame);
              if (message.id === id) resolve(message);
            }
          };
          waiting.add(look);
          look();
        });
      },
      close: () => socket.close(),
    };
    lines.push(line);
    return line;
  }
  const expectAlive = async (path: string) =>
    expect(await (await connect(path)).call("echo", "there")).toMatchObject({ result: "there" });

  describe("foreign pages", () => {
    const origins = () => {
      const { protocol, port } = new URL(arena().runtime.origin);
      return [
        "https://evil.example",
        "null",
        `https://127.0.0.1.evil.example`,
        `${protocol}//evil127.0.0.1:${port}`,
        "file://",
        "garbage",
        `${protocol}//127.0.0.1:${port}.evil.example`,
        `${protocol}//localhost.evil.example`,
      ];
    };

    test("W01 ★ W02 a socket from another origin's page is closed for good before it hears a word", async () => {
      const { path } = arena().victim();
      for (const origin of origins()) {
        const line = await connect(path, { origin });
        words([origin, await within(3000, line.closed)]).toEqual([origin, 4403]);
        expect(line.frames).toEqual([]);
      }
      await expectAlive(path);
    });

    test("W02 over a custom domain every other spelling of the origin is foreign, the loopback too", async () => {
      const { path } = arena().victim();
      for (const origin of [
        "http://app.example",
        "https://app.example:444",
        "https://APP.example",
        "https://app.example.evil.example",
        "https://evilapp.example",
        "http://localhost:5173",
        "http://127.0.0.1",
      ]) {
        const request = new Request(`https://app.example${path}`, {
          method: "POST",
          headers: { origin },
          body: '["name"]',
        });
        const response = await arena().runtime.fetchAs(request);
        words([origin, response.status]).toEqual([origin, 403]);
        expect([origin, await response.text()]).not.toEqual([origin, expect.stringContaining('"result"')]);
      }
      const own = new Request(`https://app.example${path}`, {
        method: "POST",
        headers: { origin: "https://app.example" },
        body: '["name"]',
      });
      words((await arena().runtime.fetchAs(own)).status).toBe(200);
    });

    test("W04 ★ a foreign page's form or fetch changes nothing, and may read nothing", async () => {
      const { path } = arena().victim();
      for (const origin of origins()) {
        for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/json"]) {
          const headers = { origin, "content-type": type, "sec-fetch-site": "cross-site" };
          const response = await arena().runtime.fetch(path, { method: "POST", headers, body: '["name"]' });
          words([origin, response.status]).toEqual([origin, 403]);
          expect([origin, await response.text()]).not.toEqual([origin, expect.stringContaining('"result"')]);
          expect(response.headers.get("access-control-allow-origin")).toBeNull();
        }
      }
      for (const method of ["PUT", "PATCH", "DELETE"])
        words((await arena().runtime.fetch(path, { method, headers: { origin: "https://evil.example" } })).status).toBe(
          403,
        );
    });
  });

  describe("paths, names and headers", () => {
    test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"])(
      "W05 /agents/%s/x does not exist",
      async (name) => {
        const { status } = await arena().runtime.fetch(`/agents/${name}/x`);
        expect(status).toBeLessThan(500);
        words(status).toBe(404);
        words(await (await connect(`/agents/${name}/x`)).closed).toBe(4404);
      },
    );

    test.each([
      "hidden",
      "Hidden",
      "HIDDEN",
      "%68idden",
      "hidden/../hidden",
      "AGENTS_VAULT_KEYS",
      "agents-vault-keys",
      "target%00",
      "target%2f",
    ])("W05 the unlisted binding is not reached as /agents/%s/x", async (name) => {
      const response = await arena().runtime.fetch(`/agents/${name}/x`, { method: "POST", body: '["name"]' });
      words([400, 404]).toContain(response.status);
      expect(await response.text()).not.toContain('"result"');
    });

    test("W05 no name of an instance breaks the Worker", async () => {
      for (const name of [
        "__proto__",
        "constructor",
        "%00",
        "%0d%0a",
        "%ff%fe",
        "x".repeat(5000),
        "%F0%9F%92%A9",
        "..%2f..%2fhidden%2fx",
        "%",
      ]) {
        const response = await arena().runtime.fetch(`/agents/target/${name}`, { method: "POST", body: '["name"]' });
        expect([name, response.status < 500]).toEqual([name, true]);
        expect(await response.text()).not.toMatch(/ at |stack/);
      }
    });

    test("W07 headers of our own parts do nothing when they come from outside", async () => {
      const { path } = arena().victim();
      const headers = {
        "x-partykit-room": "somebody-else",
        "x-partykit-namespace": "hidden",
        "x-partykit-props": '{"admin":true}',
        "x-agents-props": '{"admin":true}',
        "x-agents-instance": "somebody-else",
      };
      const response = await arena().runtime.fetch(path, { method: "POST", headers, body: '["name"]' });
      expect(await response.json()).toEqual({ result: path.split("/").at(-1) });
      const line = await connect(path, headers);
      await line.call("echo", 1);
      expect(line.frames[0]).toContain(path.split("/").at(-1));
    });

    test.each(["__proto__", "constructor", "x".repeat(10_000), "", "%00", "a".repeat(257)])(
      "a socket that calls itself %s works as any other",
      async (id) => {
        const { path } = arena().victim();
        expect(await (await connect(`${path}?_pk=${id}`)).call("echo", 1)).toMatchObject({ result: 1 });
      },
    );
  });

  describe("frames", () => {
    test.each([
      "mcp",
      "sql",
      "ctx",
      "env",
      "state",
      "storage",
      "constructor",
      "__proto__",
      "prototype",
      "toString",
      "__defineGetter__",
      "_allowsOrigin",
      "alarm",
      "fetch",
      "destroy",
      "addMcpServer",
      "removeMcpServer",
      "getMcpServers",
      "setState",
      "broadcast",
      "getConnections",
      "onRequest",
      "onStart",
      "setName",
      "webSocketMessage",
      "__unsafe_ensureInitialized",
      "getCallableMethods",
      "secret",
      "#work",
      "mcp.callTool",
      "x".repeat(100_000),
    ])("K11 ★ a client cannot call %s", async (method) => {
      const line = await connect(arena().victim().path);
      const answer = await line.call(method, "x");
      expect(answer).toMatchObject({ success: false });
      words(["method-not-found", "method-not-callable"]).toContain(answer["code"]);
      words(JSON.stringify(answer).length).toBeLessThan(1000);
      expect(await line.call("echo", 1)).toMatchObject({ success: true });
    });

    test("W08 no odd frame ends the socket, the object, or the others on it", async () => {
      const { path } = arena().victim();
      const other = await connect(path);
      const line = await connect(path);
      const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
      for (const frame of [
        "null",
        "[]",
        '"x"',
        "{",
        "NaN",
        '{"type":null}',
        '{"type":"__proto__"}',
        '{"type":"constructor"}',
        '{"type":"rpc"}',
        '{"type":"rpc","id":1,"method":"echo","args":[]}',
        '{"type":"rpc","id":"x","method":["echo"],"args":[]}',
        '{"type":"rpc","id":"x","method":"echo","args":{"length":1e9}}',
        '{"type":"rpc","id":"__proto__","method":"echo","args":[{"__proto__":{"x":1}}]}',
        '{"type":"cf_agent_state"}',
        `{"type":"cf_agent_state","state":${deep}}`,
        deep,
        `{"type":"rpc","id":"d","method":"echo","args":[${deep}]}`,
        '{"type":"cf_agent_mcp_servers","mcp":{"servers":{}}}',
        '{"type":"cf_agent_mcp_patch","to":"x","ids":["__proto__"],"servers":{"__proto__":{"x":1}}}',
        '{"type":"cf_agent_identity","name":"x","agent":"y"}',
        "\uD800",
        "\u0000",
      ])
        line.send(frame);
      line.send(new Uint8Array([0xff, 0xfe, 0x00, 0x80]));
      line.send(new Uint8Array(0));
      line.send(new TextEncoder().encode('{"type":"rpc","id":"b","method":"echo","args":[1]}'));
      expect(await line.call("echo", "still")).toMatchObject({ result: "still" });
      expect(await other.call("echo", "here")).toMatchObject({ result: "here" });
      expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
    });

    test("W08 a frame beyond the limit closes its own socket with 1009, and no other", async () => {
      const { path } = arena().victim();
      const other = await connect(path);
      for (const size of [1_500_000, 20_000_000]) {
        const line = await connect(path);
        line.send(JSON.stringify({ type: "rpc", id: "1", method: "echo", args: ["x".repeat(size)] }));
        words(await within(2000, line.closed)).toBe(1009);
      }
      expect(await other.call("echo", 1)).toMatchObject({ result: 1 });
    });

    test("W08 three thousand frames in a row end their own socket with 1013, and the object answers the others", async () => {
      const { path } = arena().victim();
      const other = await connect(path);
      const line = await connect(path);
      for (let index = 0; index < 3000; index += 1) line.send('{"type":"rpc","id":"x","method":"nothing","args":[]}');
      words(await within(2000, line.closed)).toBe(1013);
      expect(await other.call("echo", 1)).toMatchObject({ result: 1 });
      await expectAlive(path);
    });

    test("W11 a client learns of servers neither session ids nor headers", async () => {
      const victim = arena().victim();
      await victim.signIn(arena().party().url, { transport: { headers: { "x-key": "canary-header-value" } } });
      const line = await connect(victim.path);
      await line.call("echo", 1);
      const ids = arena()
        .requests.map(({ headers }) => headers["mcp-session-id"])
        .filter((id) => id !== undefined);
      words(ids.length).toBeGreaterThan(0);
      for (const id of new Set(ids)) arena().secrets.add(id);
      expect(line.frames.join()).not.toMatch(/session-?id|canary-|callback_url|x-key/i);
    });
  });
}
