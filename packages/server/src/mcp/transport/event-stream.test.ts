// The event stream format, piece by piece.
import { expect, test } from "vitest";
import { createEventStreamParser } from "./event-stream.ts";

const parse = (...pieces: readonly string[]) => {
  const parser = createEventStreamParser();
  return { events: pieces.flatMap((piece) => parser.push(piece)), parser };
};

test("an event ends with an empty line, whatever the line ends are", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const { events } = parse(
      `event: ping${end}id: 7${end}data: one${end}data: two${end}${end}: comment${end}${end}data:x${end}${end}.`,
    );
    expect(events).toEqual([
      { event: "ping", data: "one\ntwo", id: "7" },
      { event: "message", data: "x", id: "7" },
    ]);
  }
});

test("the same events come out however the text is cut", () => {
  const text = '\uFEFFid: 1\r\nretry: 500\r\ndata: {"a":1}\r\n\r\nid: 2\ndata:\n\nevent: x\rdata:  y \r\r\n';
  const whole = parse(text).events;
  expect(whole).toHaveLength(3);
  for (let size = 1; size < 8; size += 1) {
    const pieces = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
    expect(parse(...pieces).events).toEqual(whole);
  }
});

test("an id without data is told, so that a stream can be resumed", () => {
  expect(parse("id: prime\n\n").events).toEqual([{ event: "message", data: "", id: "prime" }]);
});

test("an empty id forgets the last one, and one with NUL is ignored", () => {
  expect(parse("id: 1\ndata: a\n\nid: \0\ndata: b\n\nid:\ndata: c\n\n").events.map(({ id }) => id)).toEqual([
    "1",
    "1",
    null,
  ]);
});

test("retry takes whole numbers only", () => {
  const { parser } = parse("retry: 250\n\n");
  expect(parser.retry).toBe(250);
  parser.push("retry: -1\nretry: 1e9\nretry: soon\n\n");
  expect(parser.retry).toBe(250);
});

test("an unfinished event is not told", () => {
  expect(parse("data: half\n").events).toEqual([]);
});
