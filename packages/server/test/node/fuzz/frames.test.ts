import { decodeClientMessage, decodeServerMessage, MessageType } from "@agents-internal/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyJson, FUZZ_TIMEOUT, holds, objectWith, textOf } from "./fuzz.ts";

const words = textOf("a", "rpc", "__proto__", "\0", "\ud800");
const named = fc.array(
  objectWith({ name: words, uri: words, uriTemplate: words, serverId: words, state: words, message: words }),
  { maxLength: 3 },
);
const byServer = fc.dictionary(words, named, { maxKeys: 2 });
const frames = fc
  .tuple(
    fc.constantFrom(...Object.values(MessageType)),
    objectWith({
      id: words,
      method: words,
      args: fc.array(anyJson, { maxLength: 3 }),
      success: fc.boolean(),
      done: fc.boolean(),
      error: words,
      name: words,
      agent: words,
      state: anyJson,
      from: words,
      to: words,
      ids: fc.array(words, { maxLength: 3 }),
      servers: fc.dictionary(words, objectWith({ name: words, state: words }), { maxKeys: 2 }),
      tools: byServer,
      mcp: objectWith({
        servers: fc.dictionary(words, objectWith({ name: words, state: words })),
        tools: named,
        prompts: named,
        resources: named,
        resourceTemplates: named,
      }),
    }),
  )
  .map(([type, fields]) => JSON.stringify({ ...fields, type }));
const texts = fc.oneof(
  frames,
  // A frame that was cut, or glued to another.
  fc.tuple(frames, fc.nat(200), words).map(([frame, at, text]) => frame.slice(0, at) + text + frame.slice(at)),
  textOf('{"type":', '"rpc"', "}", "[", ",", '"cf_agent_state"', "1e999", "null"),
);

test.each([
  ["an agent", decodeClientMessage],
  ["a client", decodeServerMessage],
])("no frame makes %s throw or changes what objects inherit", { timeout: FUZZ_TIMEOUT }, async (_who, decode) => {
  await holds(texts, (text) => {
    const decoded = decode(text);
    expect(["message", "foreign", "invalid", "too-large"]).toContain(decoded.kind);
    if (decoded.kind === "message") expect(JSON.parse(text)).toHaveProperty("type", decoded.message.type);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
