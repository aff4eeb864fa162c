import { expect, test } from "vitest";
import { CLIENT_FRAMES, SERVER_FRAMES } from "../test/golden-frames.ts";
import {
  type ClientMessage,
  decodeClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  encodeServerMessage,
  encodeStateMessage,
  type ServerMessage,
} from "./index.ts";

test.each(SERVER_FRAMES)("a client reads: $name ($from)", ({ text, message }) => {
  expect(decodeServerMessage(text)).toEqual({ kind: "message", message });
});

test.each(CLIENT_FRAMES)("an agent reads: $name ($from)", ({ text, message }) => {
  expect(decodeClientMessage(text)).toEqual({ kind: "message", message });
});

test.each(SERVER_FRAMES)("an agent writes: $name", ({ text, message }) => {
  const written: unknown = JSON.parse(encodeServerMessage(message as ServerMessage));
  const { mcp, ...rest } = JSON.parse(text) as { mcp?: object };
  expect(written).toEqual(mcp ? { ...rest, mcp: { resourceTemplates: [], ...mcp } } : rest);
});

test.each(CLIENT_FRAMES)("a client writes: $name", ({ text, message }) => {
  expect(JSON.parse(encodeClientMessage(message as ClientMessage))).toEqual(JSON.parse(text));
});

test("a state that is JSON already is written as any other", () => {
  const state = { text: 'quotes " and \u2028', list: [1, null] };
  expect(encodeStateMessage(JSON.stringify(state))).toBe(encodeServerMessage({ type: "cf_agent_state", state }));
});
