import { describe, expect, test } from "vitest";
import { decodeClientMessage, decodeServerMessage, MAX_CLIENT_FRAME, MAX_SERVER_FRAME } from "./index.ts";

const MCP = { servers: {}, tools: [], prompts: [], resources: [] };

describe.each([
  ["client", decodeClientMessage],
  ["agent", decodeServerMessage],
])("from a %s", (_from, decode) => {
  test.each([
    "",
    "hello",
    "{",
    "null",
    "42",
    "[]",
    '["rpc"]',
    "{}",
    '{"type":7}',
    '{"type":"cf_agent_tomorrow"}',
    '{"type":"__proto__"}',
    '{"type":"constructor"}',
    '{"type":"toString"}',
  ])("%s is left to the application", (text) => {
    expect(decode(text)).toEqual({ kind: "foreign" });
  });

  test("deep nesting is no reason to throw", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect(["foreign", "message"]).toContain(decode(`{"type":"cf_agent_state","state":${deep}}`).kind);
  });
});

test.each([
  { type: "cf_agent_state" },
  { type: "rpc" },
  { type: "rpc", id: 1, method: "add", args: [] },
  { type: "rpc", id: "1", method: "add" },
  { type: "rpc", id: "1", method: "add", args: { length: 2 } },
  { type: "rpc", id: "1", method: ["add"], args: [] },
  { type: "rpc", id: null, method: "add", args: null },
  { type: "cf_agent_mcp_elicitation_answer", id: "1", elicitation: "e" },
  { type: "cf_agent_mcp_elicitation_answer", id: "1", elicitation: 2, result: {} },
  { type: "cf_agent_mcp_elicitation_answer", elicitation: "e", result: {} },
])("an agent refuses %j", (frame) => {
  expect(decodeClientMessage(JSON.stringify(frame))).toEqual({ kind: "invalid", type: frame.type });
});

test.each([
  { type: "cf_agent_identity", name: "a" },
  { type: "cf_agent_identity", name: 1, agent: "b" },
  { type: "cf_agent_identity", name: "a", agent: "b", stateFollows: "yes" },
  { type: "cf_agent_state" },
  { type: "cf_agent_state_error" },
  { type: "cf_agent_state_error", error: { message: "x" } },
  { type: "cf_agent_mcp_servers" },
  { type: "cf_agent_mcp_servers", mcp: [] },
  { type: "cf_agent_mcp_servers", mcp: { ...MCP, servers: null } },
  { type: "cf_agent_mcp_servers", mcp: { ...MCP, servers: { s1: { name: "One" } } } },
  { type: "cf_agent_mcp_servers", mcp: { ...MCP, servers: [] } },
  { type: "cf_agent_mcp_servers", mcp: { ...MCP, tools: {} } },
  { type: "cf_agent_mcp_servers", mcp: { ...MCP, tools: [{ name: "t" }] } },
  { type: "cf_agent_mcp_servers", mcp: { ...MCP, prompts: [null] } },
  { type: "cf_agent_mcp_servers", mcp: { ...MCP, resources: [{ serverId: "s1" }] } },
  { type: "cf_agent_mcp_servers", mcp: { ...MCP, resourceTemplates: [{}] } },
  { type: "rpc", success: true, result: 1 },
  { type: "rpc", id: "1", success: "yes" },
  { type: "rpc", id: "1", success: true, done: 1 },
  { type: "rpc", id: "1", success: false },
  { type: "rpc", id: "1", success: false, error: "x", code: 7 },
])("a client refuses %j", (frame) => {
  expect(decodeServerMessage(JSON.stringify(frame))).toEqual({ kind: "invalid", type: frame.type });
});

test("fields nobody knows are dropped from what a client sent", () => {
  expect(decodeClientMessage('{"type":"rpc","id":"1","method":"m","args":[],"admin":true}')).toEqual({
    kind: "message",
    message: { type: "rpc", id: "1", method: "m", args: [] },
  });
});

test("a frame above the limit is not parsed", () => {
  const frame = (length: number): string => JSON.stringify({ type: "cf_agent_state", state: "x".repeat(length) });
  const overhead = frame(0).length;
  expect(decodeClientMessage(frame(MAX_CLIENT_FRAME - overhead)).kind).toBe("message");
  expect(decodeClientMessage(frame(MAX_CLIENT_FRAME - overhead + 1)).kind).toBe("too-large");
  expect(decodeServerMessage(" ".repeat(MAX_SERVER_FRAME + 1)).kind).toBe("too-large");
});
