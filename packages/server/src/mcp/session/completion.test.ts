// Suggestions from real servers of both eras, and from odd ones.
import { afterEach, expect, test } from "vitest";
import { serve } from "../../../test/node/http-server.ts";
import { serveLegacy, serveModern } from "../../../test/node/mcp-servers.ts";
import { open } from "../../../test/node/open-for-test.ts";
import { readCompletion } from "./completion.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const ref = { type: "ref/prompt", name: "greet" } as const;

test.each([
  ["legacy", serveLegacy],
  ["modern", serveModern],
] as const)("a %s server suggests values for the argument of a prompt", async (_era, start) => {
  const server = await start();
  cleanups.push(server.close);
  const { session } = await open(server.url);
  cleanups.push(() => session.close());
  expect(await session.complete({ ref, argument: { name: "name", value: "A" } })).toEqual({
    values: ["Ada", "Alan"],
    total: 2,
    hasMore: false,
  });
  const missing = { type: "ref/prompt", name: "missing" } as const;
  await expect(session.complete({ ref: missing, argument: { name: "name", value: "" } })).rejects.toMatchObject({
    code: "protocol-error",
    rpcCode: -32602,
  });
});

test("a server that makes no suggestions is not asked for any", async () => {
  const server = await serve((_request, { body }) => {
    const { id, method } = JSON.parse(body || "{}") as { id?: number; method?: string };
    if (method !== "initialize") return new Response(null, { status: id === undefined ? 202 : 404 });
    const serverInfo = { name: "bare", version: "1" };
    return Response.json({
      jsonrpc: "2.0",
      id,
      result: { protocolVersion: "2025-11-25", capabilities: {}, serverInfo },
    });
  });
  cleanups.push(server.close);
  const { session } = await open(server.url);
  cleanups.push(() => session.close({ endSession: false }));
  expect(await session.complete({ ref, argument: { name: "name", value: "A" } })).toEqual({ values: [] });
  expect(server.seen.some(({ rpc }) => rpc === "completion/complete")).toBe(false);
});

test("an answer is read, not trusted", () => {
  const many = Array.from({ length: 150 }, (_, index) => String(index));
  expect(readCompletion({ completion: { values: many } })).toMatchObject({ hasMore: true });
  expect(readCompletion({ completion: { values: many } }).values).toHaveLength(100);
  expect(readCompletion({ completion: { values: ["a", 1, null], total: "x", hasMore: 1 } })).toEqual({ values: ["a"] });
  for (const bad of [null, {}, { completion: [] }, { completion: { values: "a" } }]) {
    expect(() => readCompletion(bad)).toThrow(expect.objectContaining({ code: "invalid-response" }));
  }
});
