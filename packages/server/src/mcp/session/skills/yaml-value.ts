// One value of YAML on one line: plain, quoted, or a flow collection, typed as in the core schema of YAML 1.2.
import type { JsonValue } from "@agents-internal/protocol";

const MAX_DEPTH = 32;
const CONSTANTS: ReadonlyMap<string, null | boolean> = new Map([
  ...["", "~", "null", "Null", "NULL"].map((text) => [text, null] as const),
  ...["true", "True", "TRUE"].map((text) => [text, true] as const),
  ...["false", "False", "FALSE"].map((text) => [text, false] as const),
]);
const DECIMAL = /^[+-]?(?:\.\d+|\d+(?:\.\d*)?)(?:[Ee][+-]?\d+)?$/;
const OTHER_BASE = /^0(?:o[0-7]+|x[\dA-Fa-f]+)$/;
const NO_JSON_NUMBER = /^(?:[+-]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
/** What begins something else than a plain value: an anchor, an alias, a tag, a directive, a reserved sign. */
const INDICATOR = /^(?:[&*!%@`,\]}|>#]|[-?:](?:[\t\n ]|$))/;
const COMMENT = /(?:^|[\t ])#/;
const ESCAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({ "0": "\0", a: "\u0007", b: "\b", t: "\t", n: "\n", v: "\v", f: "\f", r: "\r", e: "\u001B" }).concat(
    Object.entries({ " ": " ", '"': '"', "/": "/", "\\": "\\", N: "\u0085", _: "\u00A0", L: "\u2028", P: "\u2029" }),
  ),
);
const HEX_LENGTH: ReadonlyMap<string, number> = new Map([
  ["x", 2],
  ["u", 4],
  ["U", 8],
]);

/** Thrown for what is no YAML, and for what of it is not read here. */
export class UnreadableYaml extends Error {}

export function withoutComment(text: string): string {
  return trimmed(text.slice(0, COMMENT.exec(text)?.index));
}

/** Without the space at its end. YAML knows two kinds of it; a pattern would take the square of its length. */
export function trimmed(text: string): string {
  let end = text.length;
  while (text[end - 1] === " " || text[end - 1] === "\t") end -= 1;
  return text.slice(0, end);
}

/** A plain value. Throws `UnreadableYaml`. */
export function readPlain(text: string): JsonValue {
  const constant = CONSTANTS.get(text);
  if (constant !== undefined) return constant;
  if (INDICATOR.test(text) || /:(?:[\t\n ]|$)/.test(text) || NO_JSON_NUMBER.test(text)) {
    throw new UnreadableYaml("A value that needs quotes.");
  }
  const value = DECIMAL.test(text) || OTHER_BASE.test(text) ? Number(text) : text;
  if (typeof value === "number" && !Number.isFinite(value)) throw new UnreadableYaml("A number out of bounds.");
  return value;
}

/** A key as it is written in front of the colon. Throws `UnreadableYaml` for one that is no text, or no name of JSON. */
export function readKey(text: string): string {
  const key = text.startsWith('"') || text.startsWith("'") ? readInline(text) : readPlain(text);
  if (typeof key !== "string" || key === "__proto__") throw new UnreadableYaml("A key that cannot be one.");
  return key;
}

/** A value that begins with a quote or a bracket and ends on its line. Throws `UnreadableYaml`. */
export function readInline(text: string): JsonValue {
  const cursor: Cursor = { text, at: 0 };
  const value = readNested(cursor, 0);
  const rest = text.slice(cursor.at);
  // A comment needs space in front.
  if (rest.startsWith("#") || withoutComment(rest) !== "") throw new UnreadableYaml("Something after the value.");
  return value;
}

interface Cursor {
  readonly text: string;
  at: number;
}

function readNested(cursor: Cursor, depth: number): JsonValue {
  if (depth > MAX_DEPTH) throw new UnreadableYaml("Nested too deep.");
  const first = skipSpace(cursor);
  if (first === "[") return readSequence(cursor, depth);
  if (first === "{") return readMapping(cursor, depth);
  if (first === '"' || first === "'") return readQuoted(cursor, first);
  return readPlain(takePlain(cursor));
}

function readSequence(cursor: Cursor, depth: number): JsonValue {
  const items: JsonValue[] = [];
  cursor.at += 1;
  while (skipSpace(cursor) !== "]") {
    items.push(readNested(cursor, depth + 1));
    separate(cursor, "]");
  }
  cursor.at += 1;
  return items;
}

function readMapping(cursor: Cursor, depth: number): JsonValue {
  const fields = new Map<string, JsonValue>();
  cursor.at += 1;
  for (let first = skipSpace(cursor); first !== "}"; first = skipSpace(cursor)) {
    const key = first === '"' || first === "'" ? readQuoted(cursor, first) : readKey(takePlain(cursor));
    if (skipSpace(cursor) !== ":" || fields.has(key) || key === "__proto__")
      throw new UnreadableYaml("No such mapping.");
    cursor.at += 1;
    fields.set(key, readNested(cursor, depth + 1));
    separate(cursor, "}");
  }
  cursor.at += 1;
  return Object.fromEntries(fields);
}

function separate(cursor: Cursor, end: string): void {
  const next = skipSpace(cursor);
  if (next === ",") cursor.at += 1;
  else if (next !== end) throw new UnreadableYaml("A collection that does not end on its line.");
}

function skipSpace(cursor: Cursor): string {
  while (cursor.text[cursor.at] === " " || cursor.text[cursor.at] === "\t") cursor.at += 1;
  return cursor.text[cursor.at] ?? "";
}

/** Up to what ends a plain value inside a flow collection. */
function takePlain(cursor: Cursor): string {
  const [found = ""] = /^(?:[^,[\]{}:#\t ]|:(?![,[\]{}\t ]|$)|#|[\t ](?!#))*/.exec(cursor.text.slice(cursor.at)) ?? [];
  cursor.at += found.length;
  const plain = trimmed(found);
  if (plain === "") throw new UnreadableYaml("A value is missing.");
  return plain;
}

function readQuoted(cursor: Cursor, quote: string): string {
  let value = "";
  for (cursor.at += 1; ; cursor.at += 1) {
    const char = cursor.text[cursor.at];
    if (char === undefined) throw new UnreadableYaml("A quoted value that does not end on its line.");
    if (char === quote) {
      cursor.at += 1;
      // Two of them are one, between single quotes.
      if (quote === '"' || cursor.text[cursor.at] !== quote) return value;
      value += quote;
    } else if (char === "\\" && quote === '"') value += readEscape(cursor);
    else value += char;
  }
}

function readEscape(cursor: Cursor): string {
  cursor.at += 1;
  const name = cursor.text[cursor.at] ?? "";
  const simple = ESCAPES.get(name);
  if (simple !== undefined) return simple;
  const length = HEX_LENGTH.get(name) ?? 0;
  const digits = cursor.text.slice(cursor.at + 1, cursor.at + 1 + length);
  const code = /^[\dA-Fa-f]+$/.test(digits) && digits.length === length ? Number.parseInt(digits, 16) : Number.NaN;
  if (!(code <= 0x10_ff_ff)) throw new UnreadableYaml("An escape that is not known.");
  cursor.at += length;
  return String.fromCodePoint(code);
}
