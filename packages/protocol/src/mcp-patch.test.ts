import { expect, test } from "vitest";
import { SERVER_FRAMES } from "../test/golden-frames.ts";
import { decodeServerMessage, encodeMcpPatch, MCP_LIST_NAMES, type McpPatchMessage } from "./index.ts";

const patches = SERVER_FRAMES.filter(({ message }) => (message as { type: string }).type === "cf_agent_mcp_patch");

const texts = (parts: Readonly<Record<string, unknown>> = {}): ReadonlyMap<string, string> =>
  new Map(Object.entries(parts).map(([id, part]) => [id, JSON.stringify(part)]));

test.each(patches)("put together from texts, it is the same frame: $name", ({ text, message }) => {
  const { from, to, ids, vault, servers, ...lists } = message as McpPatchMessage;
  const frame = encodeMcpPatch({
    ...(from !== undefined && { from }),
    to,
    ...(ids && { ids }),
    ...(vault && { vault }),
    servers: texts(servers),
    lists: Object.fromEntries(MCP_LIST_NAMES.map((kind) => [kind, texts(lists[kind])])) as never,
  });
  expect(frame).toBe(text);
});

test("a server may be called as objects call what they inherit", () => {
  const none = new Map<string, string>();
  const frame = encodeMcpPatch({
    to: "v",
    ids: ["__proto__"],
    servers: new Map([["__proto__", '{"name":"x","state":"ready"}']]),
    lists: {
      tools: new Map([["__proto__", '[{"name":"t"}]']]),
      prompts: none,
      resources: none,
      resourceTemplates: none,
    },
  });
  const decoded = decodeServerMessage(frame);
  if (decoded.kind !== "message" || decoded.message.type !== "cf_agent_mcp_patch") throw new Error(decoded.kind);
  expect(Object.keys(decoded.message.servers ?? {})).toEqual(["__proto__"]);
  expect(Object.entries(decoded.message.tools ?? {})).toEqual([["__proto__", [{ name: "t" }]]]);
  expect(Object.keys(Object.prototype)).toEqual([]);
});
