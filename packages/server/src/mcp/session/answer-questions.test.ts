// Questions of real servers of both eras: pushed in the middle of a call, and as an `input_required` result.
import { afterEach, expect, test, vi } from "vitest";
import type { ElicitResult } from "@agents-internal/protocol";
import type { OpenSessionOptions } from "./session.ts";
import { type McpTestServer, serveLegacy, serveModern } from "../../../test/node/mcp-servers.ts";
import { open, rejection } from "../../../test/node/open-for-test.ts";
import type { ElicitationHandlers, QuestionHandlers } from "../question-handlers.ts";
import { withQuestions } from "./answer-questions.ts";
import { withDefaults } from "../elicitation/form-defaults.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function asked(
  start: () => Promise<McpTestServer>,
  questions: () => QuestionHandlers,
  options: Partial<OpenSessionOptions> = {},
) {
  const server = await start();
  cleanups.push(server.close);
  const opened = await open(server.url, { questions, ...options });
  cleanups.push(() => opened.session.close());
  const ask = async (what = "who"): Promise<unknown> => {
    const answer = await opened.session.callTool({ name: "ask", arguments: { what }, tool: null });
    if (answer.kind !== "result") throw new Error("no result");
    const { content, isError } = answer.result;
    const [block] = content;
    if (block?.type !== "text") throw new Error("no text");
    return isError ? { failed: block.text } : JSON.parse(block.text);
  };
  return { ...opened, server, ask };
}

const asking = (start: () => Promise<McpTestServer>, elicitation?: () => ElicitationHandlers) =>
  asked(start, () => ({ elicitation: elicitation?.() }));

const ERAS = [["legacy", serveLegacy] as const, ["modern", serveModern] as const];

test.each(ERAS)("a %s server gets the answer, completed with the defaults of its schema", async (_era, start) => {
  const form = vi.fn(() => ({ action: "accept", content: { name: "Ada" } }) as const);
  const { ask } = await asking(start, () => ({ form }));
  expect(await ask()).toEqual({ action: "accept", content: { name: "Ada", times: 2 } });
  const params = expect.objectContaining({ message: "Who?", requestedSchema: expect.anything() });
  const request = { method: "elicitation/create", params };
  expect(form).toHaveBeenCalledExactlyOnceWith(request, "s1", expect.any(AbortSignal));
});

test.each(ERAS.flatMap(([era, start]) => [[era, "decline", start] as const, [era, "cancel", start] as const]))(
  "a %s server can tell who says no from who does not decide (%s)",
  async (_era, action, start) => {
    const { ask } = await asking(start, () => ({ form: () => ({ action }) }));
    expect(await ask()).toEqual({ action });
  },
);

test.each(ERAS)("a handler that is set later answers a live session of a %s server", async (_era, start) => {
  let name = "Ada";
  const { ask } = await asking(start, () => ({ form: () => ({ action: "accept", content: { name } }) }));
  await ask();
  name = "Grace";
  expect(await ask()).toMatchObject({ content: { name: "Grace" } });
});

test.each(ERAS)("another call to a %s server can be made before the question is answered", async (_era, start) => {
  const opened = await asking(start, () => ({
    async form(): Promise<ElicitResult> {
      const answer = await opened.session.callTool({ name: "add", arguments: { a: 2, b: 3 }, tool: null });
      const sum = answer.kind === "result" ? answer.result.structuredContent?.["sum"] : undefined;
      return { action: "accept", content: { name: `five is ${String(sum)}` } };
    },
  }));
  expect(await opened.ask()).toMatchObject({ content: { name: "five is 5" } });
});

test("what a handler throws is not told to the server", async () => {
  const form = () => Promise.reject(new Error("the secret reason"));
  const legacy = await asking(serveLegacy, () => ({ form }));
  const answer = JSON.stringify(await legacy.ask());
  expect(answer).toContain("could not be answered");
  expect(answer).not.toContain("secret");
  expect(legacy.lines).toContain("mcp.elicitation-failed");
});

test("a call to a modern server whose question cannot be answered is rejected", async () => {
  const { ask } = await asking(serveModern, () => ({ form: () => Promise.reject(new Error("no")) }));
  expect(await rejection(ask())).toMatchObject({ code: "protocol-error" });
});

test("without a handler nothing is announced, and a legacy server is told so", async () => {
  const { ask } = await asking(serveLegacy);
  expect(await ask()).toEqual({ failed: expect.stringContaining("does not support") });
});

test("a handler for pages only does not announce forms", () => {
  const page = () => ({ action: "accept" }) as const;
  const elicitation = { url: page };
  expect(withQuestions(undefined, { elicitation })).toEqual({ elicitation: { url: {} } });
  expect(withQuestions({ elicitation: { form: {} } }, { elicitation })).toEqual({ elicitation: { form: {} } });
  expect(withQuestions({ roots: {} }, {})).toEqual({ roots: {} });
  expect(withQuestions(undefined, { elicitation: {}, roots: [] })).toEqual({ roots: { listChanged: true } });
});

test("defaults fill what was left out, and nothing else", () => {
  const properties = {
    kept: { type: "string", default: "theirs" },
    zero: { type: "integer", default: 0 },
    no: { type: "boolean", default: false },
    many: { type: "array", items: { type: "string", enum: ["a", "b"] }, default: ["a"] },
    none: { type: "string" },
    odd: { type: "object", default: { nested: true } },
  };
  const question = {
    method: "elicitation/create",
    params: { message: "?", requestedSchema: { type: "object", properties } },
  } as const;
  const content = { kept: "mine" };
  const filled = { kept: "mine", zero: 0, no: false, many: ["a"] };
  expect(withDefaults({ action: "accept", content }, question)).toEqual({ action: "accept", content: filled });
  expect(withDefaults({ action: "decline" }, question)).toEqual({ action: "decline" });
});

const said = { role: "assistant", content: { type: "text", text: "Four." }, model: "mock" } as const;

test.each(ERAS)("a %s server gets what the app's model says", async (_era, start) => {
  const sampling = vi.fn(() => said);
  const { ask } = await asked(start, () => ({ sampling }));
  expect(await ask("think")).toEqual(said);
  const messages = [{ role: "user", content: { type: "text", text: "2 + 2?" } }];
  const request = { method: "sampling/createMessage", params: expect.objectContaining({ messages, maxTokens: 10 }) };
  expect(sampling).toHaveBeenCalledExactlyOnceWith(request, "s1", expect.any(AbortSignal));
});

test("a legacy server hears that a person does not want a model asked, and nothing of what went wrong", async () => {
  const refused = await asked(serveLegacy, () => ({ sampling: () => null }));
  expect(await refused.ask("think")).toEqual({ failed: expect.stringContaining("-1: User rejected") });
  expect(refused.lines).not.toContain("mcp.sampling-failed");
  const broken = await asked(serveLegacy, () => ({ sampling: () => Promise.reject(new Error("the secret reason")) }));
  expect(JSON.stringify(await broken.ask("think"))).not.toContain("secret");
  expect(broken.lines).toContain("mcp.sampling-failed");
});

test("a call to a modern server is rejected when a person does not want a model asked", async () => {
  const { ask } = await asked(serveModern, () => ({ sampling: () => null }));
  expect(await rejection(ask("think"))).toMatchObject({ code: "protocol-error" });
});

test.each(ERAS)("tools of a %s server do not reach a model unless that was announced", async (_era, start) => {
  const sampling = vi.fn(() => said);
  const plain = await asked(start, () => ({ sampling }));
  await plain.ask("thinkWithTools").catch(() => undefined);
  expect(sampling).not.toHaveBeenCalled();
  const client = { capabilities: { sampling: { tools: {} } } };
  const able = await asked(start, () => ({ sampling }), { client });
  expect(await able.ask("thinkWithTools")).toMatchObject({ model: "mock" });
});

const roots = [{ uri: "file:///work", name: "work" }];

test.each(ERAS)("a %s server is told where to work, by a list or by who makes one", async (_era, start) => {
  expect(await (await asked(start, () => ({ roots }))).ask("where")).toEqual({ roots });
  const perServer = async (serverId: string) => [{ uri: `file:///${serverId}` }];
  expect(await (await asked(start, () => ({ roots: perServer }))).ask("where")).toEqual({
    roots: [{ uri: "file:///s1" }],
  });
});

test("only a legacy server that was told of roots hears that they changed", async () => {
  const changed = ({ server }: { server: McpTestServer }) =>
    server.seen.filter(({ rpc }) => rpc === "notifications/roots/list_changed").length;
  const legacy = await asked(serveLegacy, () => ({ roots }));
  await legacy.session.rootsChanged();
  expect(changed(legacy)).toBe(1);
  for (const other of [await asked(serveLegacy, () => ({})), await asked(serveModern, () => ({ roots }))]) {
    await other.session.rootsChanged();
    expect(changed(other)).toBe(0);
  }
});

test("a legacy session that is gone on with hears of roots again, because they may be others", async () => {
  const { server, session } = await asked(serveLegacy, () => ({ roots }));
  const resume = { facts: session.facts, sessionId: session.sessionId };
  const { session: resumed } = await open(server.url, { resume, questions: () => ({ roots: [] }) });
  cleanups.push(() => resumed.close());
  expect(server.seen.filter(({ rpc }) => rpc === "notifications/roots/list_changed")).toHaveLength(1);
});

test("questions nobody answers are refused by a legacy client", async () => {
  const { ask } = await asked(serveLegacy, () => ({}));
  for (const name of ["think", "where"]) expect(await ask(name)).toEqual({ failed: expect.any(String) });
});
