// Questions of real servers of both eras: pushed in the middle of a call, and as an `input_required` result.
import { afterEach, expect, test, vi } from "vitest";
import type { ElicitResult } from "@agents-internal/protocol";
import { type McpTestServer, serveLegacy, serveModern } from "../../../test/node/mcp-servers.ts";
import { open, rejection } from "../../../test/node/open-for-test.ts";
import type { ElicitationHandlers } from "../elicitation.ts";
import { withDefaults, withElicitation } from "./answer-elicitation.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function asking(start: () => Promise<McpTestServer>, elicitation?: () => ElicitationHandlers) {
  const server = await start();
  cleanups.push(server.close);
  const opened = await open(server.url, { elicitation });
  cleanups.push(() => opened.session.close());
  const ask = async (): Promise<unknown> => {
    const { content, isError } = await opened.session.callTool({ name: "ask", arguments: {}, tool: null });
    const [block] = content;
    if (block?.type !== "text") throw new Error("no text");
    return isError ? { failed: block.text } : JSON.parse(block.text);
  };
  return { ...opened, ask };
}

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
      const { structuredContent } = await opened.session.callTool({
        name: "add",
        arguments: { a: 2, b: 3 },
        tool: null,
      });
      return { action: "accept", content: { name: `five is ${String(structuredContent?.["sum"])}` } };
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
  expect(withElicitation(undefined, { url: page })).toEqual({ elicitation: { url: {} } });
  expect(withElicitation({ elicitation: { form: {} } }, { url: page })).toEqual({ elicitation: { form: {} } });
  expect(withElicitation({ roots: {} }, {})).toEqual({ roots: {} });
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
