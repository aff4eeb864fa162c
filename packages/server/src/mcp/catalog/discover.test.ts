import type { Tool } from "@agents-internal/protocol";
import { expect, test, vi } from "vitest";
import { McpError } from "../errors.ts";
import type { Page, Session } from "../session/session.ts";
import { discover, DISCOVER_DEFAULTS } from "./discover.ts";

const tool = (name: string): Tool => ({ name, inputSchema: { type: "object" } });
const page = <T>(items: readonly T[], nextCursor: string | null = null): Promise<Page<T>> =>
  Promise.resolve({ items, nextCursor, dropped: 0, ttlMs: null });

function session(overrides: Partial<Session>): Session {
  const refuse = () => Promise.reject(new McpError("not-connected"));
  return {
    facts: {
      transport: "streamable-http",
      era: "legacy",
      protocolVersion: "2025-11-25",
      serverInfo: null,
      capabilities: { tools: {}, prompts: {} },
      instructions: null,
      discover: null,
    },
    standing: Promise.resolve("none"),
    sessionId: null,
    listTools: () => page([]),
    listPrompts: () => page([]),
    listResources: () => page([]),
    listResourceTemplates: () => page([]),
    callTool: refuse,
    answerQuestion: refuse,
    getTask: refuse,
    awaitTask: refuse,
    updateTask: refuse,
    cancelTask: refuse,
    readResource: refuse,
    getPrompt: refuse,
    complete: refuse,
    listSkills: refuse,
    getSkill: refuse,
    readSkillFile: refuse,
    setLoggingLevel: refuse,
    listening: Promise.resolve(),
    subscribeResource: refuse,
    unsubscribeResource: refuse,
    rootsChanged: () => Promise.resolve(),
    close: () => Promise.resolve(),
    ...overrides,
  };
}

test("a broken list does not take the others away, is absent so that what was known stays, and says why", async () => {
  const { lists, readings, failure } = await discover(
    session({
      listTools: () => page([tool("a")]),
      listPrompts: () => Promise.reject(new McpError("protocol-error", { rpcCode: -32603, detail: "No luck." })),
    }),
  );
  expect(lists.tools).toHaveLength(1);
  expect("prompts" in lists).toBe(false);
  expect(readings.get("prompts")?.problems).toEqual([
    { error_code: "protocol-error", error: "The server refused the request. No luck.", left_out: null },
  ]);
  expect(readings.get("tools")?.problems).toEqual([]);
  expect(failure).toBeNull();
});

test("tools that cannot be listed take no prompts away", async () => {
  const { lists, failure } = await discover(
    session({ listTools: () => Promise.reject(new McpError("http-error", { status: 500 })) }),
  );
  expect(lists.prompts).toEqual([]);
  expect(failure).toBeNull();
});

test("a list that takes for ever does not keep the others, and says so", async () => {
  const { lists, readings } = await discover(
    session({
      listTools: () => page([tool("a")]),
      listPrompts: (_, options) =>
        new Promise((_resolve, reject) =>
          options?.signal?.addEventListener("abort", () => reject(new McpError("aborted"))),
        ),
    }),
    { limits: { ...DISCOVER_DEFAULTS, listMs: 5 } },
  );
  expect(lists.tools).toHaveLength(1);
  expect(readings.get("prompts")?.problems).toMatchObject([{ error_code: "timeout" }]);
});

test("where nothing that is announced can be listed, it says why", async () => {
  const broken = session({
    listTools: () => Promise.reject(new McpError("http-error", { status: 500 })),
    listPrompts: () => Promise.reject(new McpError("protocol-error")),
  });
  expect((await discover(broken)).failure).toMatchObject({ code: "discovery-failed", status: 500 });
});

test("a server that is out of reach is that, not one with broken lists", async () => {
  const gone = () => Promise.reject(new McpError("host-unreachable"));
  const { failure } = await discover(session({ listTools: gone, listPrompts: gone }));
  expect(failure).toMatchObject({ code: "host-unreachable" });
});

test("only the lists that are asked for are read", async () => {
  const { lists, readings } = await discover(session({ listTools: () => page([tool("a")]) }), { kinds: ["prompts"] });
  expect(lists).toEqual({ prompts: [] });
  expect([...readings.keys()]).toEqual(["prompts"]);
});

test("a request to sign in comes out as itself", async () => {
  const error = new McpError("authorization-required", { challenge: { status: 401, header: null } });
  await expect(discover(session({ listTools: () => Promise.reject(error) }))).rejects.toBe(error);
});

test("a list that is not announced is empty, and is not asked for", async () => {
  const listResources = vi.fn();
  const { lists, readings } = await discover(session({ listResources }));
  expect(lists.resources).toEqual([]);
  expect(readings.get("resources")).toEqual({ problems: [], ttlMs: null });
  expect(listResources).not.toHaveBeenCalled();
});
