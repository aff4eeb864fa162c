import fc from "fast-check";
import { expect, test } from "vitest";
import { createEventStreamParser } from "../../../src/mcp/transport/event-stream.ts";
import { parseFailure, parseMessages } from "../../../src/mcp/transport/json-rpc.ts";
import { anyJson, expectCoded, FUZZ_TIMEOUT, holds, objectWith, textOf } from "./fuzz.ts";

const streams = fc.record({
  text: textOf("data: ", "data:", "event: x", "id: 1", "retry: 100", ":", "\n", "\r", "\r\n", "\n\n", "\uFEFF", "{}"),
  cuts: fc.array(fc.nat(200), { maxLength: 8 }),
});

test("an event stream says the same however it was cut into pieces", { timeout: FUZZ_TIMEOUT }, () =>
  holds(streams, ({ text, cuts }) => {
    // A CR at the very end waits for its LF; a line that nobody ends never comes out.
    const whole = createEventStreamParser().push(`${text}\n`);
    const parser = createEventStreamParser();
    const pieces: string[] = [];
    let from = 0;
    for (const cut of cuts.toSorted((a, b) => a - b)) {
      pieces.push(text.slice(from, Math.max(from, cut)));
      from = Math.max(from, cut);
    }
    const events = [...pieces, text.slice(from), "\n"].flatMap((piece) => parser.push(piece));
    expect(events).toEqual(whole);
  }),
);

const messages = fc.oneof(
  objectWith({
    jsonrpc: fc.constant("2.0"),
    id: fc.oneof(fc.integer(), fc.string()),
    method: fc.string(),
    params: fc.object(),
    result: fc.object(),
    error: objectWith({ code: fc.integer(), message: fc.string(), data: anyJson }),
  }),
  anyJson,
);

test("what is no JSON-RPC is dropped or refused with a code, never thrown on", { timeout: FUZZ_TIMEOUT }, () =>
  holds(fc.oneof(messages, fc.array(messages, { maxLength: 4 })), (value) => {
    const text = JSON.stringify(value);
    for (const message of parseMessages(text)) expect(message.jsonrpc).toBe("2.0");
    parseFailure(text);
    try {
      parseMessages(text.slice(1));
    } catch (thrown) {
      expectCoded(thrown);
    }
  }),
);
