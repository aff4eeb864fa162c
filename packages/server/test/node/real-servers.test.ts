// The manager against real servers of both generations of the official SDK: every client feature, one matrix.
import { afterEach, describe, expect, test, vi } from "vitest";
import { MCPClientManager } from "../../src/mcp/manager.ts";
import { createFakePorts } from "./fake-ports.ts";
import { VAULT_KEYS } from "./mcp-host.ts";
import { failure } from "./mcp-scenes.ts";
import { type McpTestServer, serveLegacy, serveModern, serveSse, serveStateless } from "./mcp-servers.ts";

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Kind {
  readonly name: string;
  readonly serve: () => Promise<McpTestServer>;
  /** What the server has of all that is tested here. */
  readonly has: ReadonlySet<"progress" | "resources" | "announcements" | "sessions">;
}

const KINDS: readonly Kind[] = [
  {
    name: "1.x, with sessions",
    serve: () => serveLegacy(),
    has: new Set(["progress", "resources", "announcements", "sessions"] as const),
  },
  {
    name: "1.x, with sessions, answers as JSON",
    serve: () => serveLegacy({ json: true }),
    has: new Set(["resources", "announcements", "sessions"] as const),
  },
  { name: "1.x, stateless", serve: () => serveStateless(), has: new Set(["progress", "resources"] as const) },
  {
    name: "1.x, over SSE",
    serve: () => serveSse(),
    has: new Set(["progress", "resources", "announcements", "sessions"] as const),
  },
  { name: "2.x", serve: () => serveModern(), has: new Set(["announcements"] as const) },
];

async function scene({ serve }: Kind) {
  const server = await serve();
  ends.push(server.close);
  const ports = createFakePorts();
  const make = () =>
    new MCPClientManager(ports, { vaultKeys: VAULT_KEYS, vaultRequired: true, allowOrigins: ["http://127.0.0.1:*"] });
  let mcp = make();
  ends.push(() => mcp.dispose());
  const { id, state } = await mcp.addServer("real", server.url, { callbackUrl: null });
  expect(state).toBe("ready");
  return {
    server,
    ports,
    id,
    get mcp() {
      return mcp;
    },
    async wake() {
      await mcp.dispose();
      mcp = make();
    },
    add: () => mcp.callTool({ serverId: id, name: "add", arguments: { a: 1, b: 2 } }),
  };
}

const kindsWith = (feature: "progress" | "resources" | "announcements" | "sessions") =>
  KINDS.filter(({ has }) => has.has(feature));

describe.each(KINDS)("a server of $name", (kind) => {
  test("is added, listed and called, with structured output", async () => {
    const { mcp, id, add } = await scene(kind);
    expect(mcp.listTools().map(({ name, serverId }) => [name, serverId])).toEqual(
      expect.arrayContaining([
        ["add", id],
        ["hang", id],
      ]),
    );
    expect(await add()).toMatchObject({ structuredContent: { sum: 3 }, content: [{ type: "text", text: "3" }] });
    expect(mcp.getState().servers[id]).toMatchObject({ state: "ready", error: null });
  });

  test("gives prompts and suggests values for them", async () => {
    const { mcp, id } = await scene(kind);
    expect(mcp.listPrompts()).toMatchObject([{ name: "greet", serverId: id }]);
    const prompt = await mcp.getPrompt({ serverId: id, name: "greet", arguments: { name: "Ada" } });
    expect(prompt.messages).toMatchObject([{ role: "user", content: { type: "text", text: "Hello Ada" } }]);
    const ref = { type: "ref/prompt", name: "greet" } as const;
    const { values } = await mcp.complete({ serverId: id, ref, argument: { name: "name", value: "A" } });
    expect(values).toEqual(["Ada", "Alan"]);
  });

  test("is told when a call is given up, and goes on", async () => {
    const { mcp, id, server, add } = await scene(kind);
    const limit = new AbortController();
    const hanging = failure(mcp.callTool({ serverId: id, name: "hang" }, { signal: limit.signal }));
    await server.saw(({ body }) => body.includes('"hang"'));
    limit.abort();
    expect(await hanging).toMatchObject({ code: "aborted", serverId: id });
    expect(await add()).toMatchObject({ structuredContent: { sum: 3 } });
  });

  test("says with a code what it does not have and what took too long", async () => {
    const { mcp, id } = await scene(kind);
    const missing = await failure(mcp.getPrompt({ serverId: id, name: "nothing" }));
    expect(missing).toMatchObject({ code: "protocol-error", rpcCode: -32602 });
    expect(await failure(mcp.callTool({ serverId: id, name: "hang" }, { timeout: 50 }))).toMatchObject({
      code: "timeout",
    });
  });

  test("is complete after a wake without a request, and used again by the first call", async () => {
    const host = await scene(kind);
    const before = host.mcp.getState();
    await host.wake();
    const { length } = host.server.seen;
    expect(host.mcp.getState()).toEqual(before);
    expect(host.server.seen).toHaveLength(length);
    expect(await host.add()).toMatchObject({ structuredContent: { sum: 3 } });
  });

  test("that is removed leaves no row behind", async () => {
    const { mcp, id, ports } = await scene(kind);
    await mcp.removeServer(id);
    await ports.settled();
    expect(ports.sql.all("SELECT id FROM agents_mcp_servers")).toEqual([]);
    expect(mcp.getState().servers).toEqual({});
  });
});

test.each(kindsWith("progress"))("progress of a server of $name arrives in order", async (kind) => {
  const { mcp, id } = await scene(kind);
  const steps: number[] = [];
  const call = { serverId: id, name: "count", arguments: { to: 3 } };
  await mcp.callTool(call, { onProgress: ({ progress }) => void steps.push(progress) });
  expect(steps).toEqual([1, 2, 3]);
});

test.each(kindsWith("resources"))("resources of a server of $name are listed and read", async (kind) => {
  const { mcp, id } = await scene(kind);
  expect(mcp.listResources()).toMatchObject([{ uri: "file:///readme", serverId: id }]);
  const { contents } = await mcp.readResource({ serverId: id, uri: "file:///readme" });
  expect(contents).toEqual([{ uri: "file:///readme", text: "read me" }]);
});

test.each(kindsWith("announcements"))("a server of $name is listed again when it says so", async (kind) => {
  const { server } = await scene(kind);
  const listed = () => server.seen.filter(({ rpc }) => rpc === "tools/list").length;
  const before = listed();
  await vi.waitFor(() => {
    // Said again until the stream that hears it is open.
    server.toolsChanged();
    expect(listed()).toBeGreaterThan(before);
  });
});

test.each(kindsWith("sessions"))("a server of $name that restarts is used on, over a new session", async (kind) => {
  const { server, mcp, id, add } = await scene(kind);
  const begun = () => server.seen.filter(({ rpc }) => rpc === "initialize").length;
  const before = begun();
  server.forget();
  await vi.waitFor(async () => expect(await add()).toMatchObject({ structuredContent: { sum: 3 } }));
  expect(begun()).toBe(before + 1);
  expect(mcp.getState().servers[id]?.state).toBe("ready");
});
