import type { Tool } from "@agents-internal/protocol";
import { expect, test } from "vitest";
import { McpError } from "../errors.ts";
import type { Page, Session } from "../session/session.ts";
import { discover, DISCOVER_DEFAULTS } from "./discover.ts";

const tool = (name: string): Tool => ({ name, inputSchema: { type: "object" } });
const page = <T>(items: readonly T[], nextCursor: string | null = null): Promise<Page<T>> =>
  Promise.resolve({ items, nextCursor });

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
    standing: Promise.resolve(),
    sessionId: null,
    listTools: () => page([]),
    listPrompts: () => page([]),
    listResources: () => page([]),
    listResourceTemplates: () => page([]),
    callTool: refuse,
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

test("all pages of a list are read in order", async () => {
  const pages: Record<string, Promise<Page<Tool>>> = {
    "": page([tool("a")], "2"),
    "2": page([tool("b")], "3"),
    "3": page([tool("c")]),
  };
  const { lists } = await discover(session({ listTools: (cursor) => pages[cursor ?? ""] ?? page([]) }));
  expect(lists.tools?.map(({ name }) => name)).toEqual(["a", "b", "c"]);
});

test("an empty string is a cursor like any other", async () => {
  const seen: (string | null)[] = [];
  await discover(
    session({
      listTools: (cursor) => {
        seen.push(cursor);
        return cursor === null ? page([tool("a")], "") : page([tool("b")]);
      },
    }),
  );
  expect(seen).toEqual([null, ""]);
});

test("a cursor that comes back ends the reading", async () => {
  let calls = 0;
  const { lists } = await discover(
    session({
      listTools: () => {
        calls += 1;
        return page([tool(`t${calls}`)], "again");
      },
    }),
  );
  expect(calls).toBe(2);
  expect(lists.tools).toHaveLength(2);
});

test("fresh cursors for ever end at the limit, and what fits is kept", async () => {
  let calls = 0;
  const endless = session({ listTools: () => page([tool(`t${(calls += 1)}`)], `c${calls}`) });
  const { lists } = await discover(endless, {}, { ...DISCOVER_DEFAULTS, maxPages: 5, maxItems: 3 });
  expect(lists.tools).toHaveLength(3);
  expect(calls).toBe(3);
});

test("pages of megabytes end at the limit of a whole list, and what fits is kept", async () => {
  let pages = 0;
  const heavy = session({
    listTools: () => page([{ ...tool(`t${(pages += 1)}`), description: "x".repeat(1000) }], `c${pages}`),
  });
  const { lists } = await discover(heavy, {}, { ...DISCOVER_DEFAULTS, maxChars: 3500 });
  expect(lists.tools?.map(({ name }) => name)).toEqual(["t1", "t2", "t3"]);
  expect(pages).toBe(4);
});

test("a broken list does not take the others away, and is absent so that what was known stays", async () => {
  const { lists, failures } = await discover(
    session({
      listTools: () => page([tool("a")]),
      listPrompts: () => Promise.reject(new McpError("protocol-error", { rpcCode: -32603 })),
    }),
  );
  expect(lists.tools).toHaveLength(1);
  expect("prompts" in lists).toBe(false);
  expect(failures.get("prompts")?.code).toBe("protocol-error");
});

test("a server whose announced tools cannot be listed is not called ready", async () => {
  const broken = session({ listTools: () => Promise.reject(new McpError("http-error", { status: 500 })) });
  await expect(discover(broken)).rejects.toMatchObject({ code: "discovery-failed", status: 500 });
});

test("a request to sign in comes out as itself", async () => {
  const error = new McpError("authorization-required", { challenge: { status: 401, header: null } });
  await expect(discover(session({ listResources: () => Promise.reject(error) }))).rejects.toBe(error);
});
