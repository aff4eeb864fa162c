// What every call takes: a signal, a time limit, and somebody to tell of its progress; and how a server of each era hears of it.
import { afterEach, describe, expect, test } from "vitest";
import type { MCPClientManager } from "../../src/mcp/manager.ts";
import type { RequestOptions } from "../../src/mcp/session/session.ts";
import { createMcpHost } from "./mcp-host.ts";
import { failure } from "./mcp-scenes.ts";
import { serveLegacy, serveModern } from "./mcp-servers.ts";
import { legacyShowcase } from "./matrix/legacy-showcase.ts";
import { modernShowcase } from "./matrix/modern-showcase.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

type Era = "legacy" | "modern";
type Call = (mcp: MCPClientManager, serverId: string, options: RequestOptions) => Promise<unknown>;

const uri = "demo://resource/dynamic/text/1";
const ref = { type: "ref/prompt", name: "completable-prompt" } as const;
const EVERYWHERE: readonly (readonly [method: string, Call])[] = [
  ["tools/call", (mcp, serverId, options) => mcp.callTool({ serverId, name: "get-tiny-image" }, options)],
  ["resources/read", (mcp, serverId, options) => mcp.readResource({ serverId, uri }, options)],
  [
    "prompts/get",
    (mcp, serverId, options) =>
      mcp.getPrompt({ serverId, name: ref.name, arguments: { department: "Sales", name: "Eve" } }, options),
  ],
  [
    "completion/complete",
    (mcp, serverId, options) => mcp.complete({ serverId, ref, argument: { name: "department", value: "E" } }, options),
  ],
];
/** The newer revision has no such requests. */
const LEGACY_ONLY: readonly (readonly [method: string, Call])[] = [
  ["resources/subscribe", (mcp, serverId, options) => mcp.subscribeResource({ serverId, uri }, options)],
  ["logging/setLevel", (mcp, serverId, options) => mcp.setLoggingLevel({ serverId, level: "info" }, options)],
];
const CASES = [
  ...EVERYWHERE.map(([method, call]) => ["modern" as Era, method, call] as const),
  ...[...EVERYWHERE, ...LEGACY_ONLY].map(([method, call]) => ["legacy" as Era, method, call] as const),
];

/** A server that never answers one method, once it is told not to. */
async function silentOn(era: Era, method: string) {
  let isSilent = false;
  const gate = (_request: Request, { rpc }: { readonly rpc: string | undefined }) =>
    isSilent && rpc === method ? new Promise<never>(() => undefined) : undefined;
  const server =
    era === "legacy"
      ? await serveLegacy({ gate, make: legacyShowcase })
      : await serveModern({ gate, make: (notify) => modernShowcase(notify, new Map()) });
  ends.push(server.close);
  const host = createMcpHost(
    { [server.origin]: (request) => fetch(request) },
    { allowOrigins: ["http://127.0.0.1:*"] },
  );
  ends.push(() => host.mcp.dispose());
  const { id } = await host.add("real", server.url);
  return {
    mcp: host.mcp,
    id,
    server,
    silence: () => void (isSilent = true),
    speak: () => void (isSilent = false),
    async expectTold() {
      const asked = await server.saw(({ rpc }) => rpc === method);
      if (era === "modern") return expect.poll(() => asked.cut(), { timeout: 10_000 }).toBe(true);
      const { body } = await server.saw(({ rpc }) => rpc === "notifications/cancelled");
      expect(JSON.parse(body).params.requestId).toBe(JSON.parse(asked.body).id);
    },
  };
}

describe.each(CASES)("a %s server that does not answer %s", (era, method, call) => {
  test("hears when the call is given up, and answers the next one", async () => {
    const { mcp, id, server, silence, speak, expectTold } = await silentOn(era, method);
    silence();
    const limit = new AbortController();
    const given = failure(call(mcp, id, { signal: limit.signal }));
    await server.saw(({ rpc }) => rpc === method);
    limit.abort();
    expect(await given).toMatchObject({ code: "aborted", serverId: id });
    await expectTold();
    speak();
    await expect(call(mcp, id, {})).resolves.not.toThrow();
  });

  test("hears when the call takes too long", async () => {
    const { mcp, id, silence, expectTold } = await silentOn(era, method);
    silence();
    expect(await failure(call(mcp, id, { timeout: 40 }))).toMatchObject({ code: "timeout", serverId: id });
    await expectTold();
  });

  test("is not asked for a call that was given up before", async () => {
    const { mcp, id, server } = await silentOn(era, method);
    const { length } = server.seen;
    expect(await failure(call(mcp, id, { signal: AbortSignal.abort() }))).toMatchObject({ code: "aborted" });
    expect(server.seen.slice(length).filter(({ rpc }) => rpc === method)).toEqual([]);
  });
});

test.each(["legacy", "modern"] as const)(
  "who follows the progress of a %s server and throws harms no call",
  async (era) => {
    const { mcp, id } = await silentOn(era, "nothing");
    let told = 0;
    const result = await mcp.callTool(
      { serverId: id, name: "trigger-long-running-operation", arguments: { duration: 0.02, steps: 2 } },
      {
        onProgress() {
          told += 1;
          throw new Error("mine");
        },
      },
    );
    expect(result).toMatchObject({ content: [{ type: "text" }] });
    expect(told).toBe(2);
  },
);

describe("a server that has to be connected to first and does not answer", () => {
  const lost = async () => {
    const { mcp, id, server, silence } = await silentOn("legacy", "initialize");
    server.forget();
    silence();
    return {
      server,
      call: (options: RequestOptions) => failure(mcp.callTool({ serverId: id, name: "echo" }, options)),
    };
  };

  test("keeps no caller waiting who gives up", async () => {
    const { call, server } = await lost();
    const limit = new AbortController();
    const { length } = server.seen;
    const given = call({ signal: limit.signal });
    await server.saw((request) => server.seen.indexOf(request) >= length && request.rpc === "initialize");
    limit.abort();
    expect(await given).toMatchObject({ code: "aborted" });
  });

  test("keeps no caller waiting beyond the time limit", async () => {
    const { call } = await lost();
    expect(await call({ timeout: 100 })).toMatchObject({ code: "timeout" });
  });
});
