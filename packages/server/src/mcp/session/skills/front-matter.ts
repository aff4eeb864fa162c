// Reads the front matter of a `SKILL.md`: the part of YAML that skills use. What is beyond it is refused, never guessed at.
import type { JsonObject, JsonValue } from "@agents-internal/protocol";
import { readInline, readKey, readPlain, trimmed, UnreadableYaml, withoutComment } from "./yaml-value.ts";

const MAX_DEPTH = 32;
const ITEM = /^-(?:[\t ]+|$)/;
/** UTF-16 code units. */
const MAX_LENGTH = 65_536;

interface Line {
  /** Spaces in front. */
  readonly indent: number;
  readonly text: string;
}

interface Cursor {
  readonly lines: Line[];
  at: number;
}

export interface SkillText {
  readonly frontmatter: JsonObject;
  /** What follows the front matter. */
  readonly body: string;
}

/** Throws `UnreadableYaml`. */
export function readSkillText(markdown: string): SkillText {
  const text = markdown.replaceAll("\r\n", "\n").replace(/^\uFEFF/, "");
  const end = text.startsWith("---\n") ? /^---[\t ]*$/m.exec(text.slice(4)) : null;
  if (end === null || end.index > MAX_LENGTH) throw new UnreadableYaml("No front matter, or too much of it.");
  const yaml = text.slice(4, 4 + end.index);
  const body = text.slice(4 + end.index + end[0].length).replace(/^\n/, "");
  // Each line ends in a break, the last one, too.
  const lines = yaml
    .split("\n")
    .slice(0, -1)
    .map((raw): Line => {
      const indent = /^ */.exec(raw)?.[0].length ?? 0;
      return { indent, text: raw.slice(indent) };
    });
  const cursor: Cursor = { lines, at: 0 };
  const first = peek(cursor);
  const frontmatter = first === null ? {} : readMapping(cursor, first.indent, 0);
  if (peek(cursor) !== null) throw new UnreadableYaml("Something beside the mapping.");
  return { frontmatter, body };
}

/** The next line that says something. */
function peek(cursor: Cursor): Line | null {
  for (; cursor.at < cursor.lines.length; cursor.at += 1) {
    const line = cursor.lines[cursor.at];
    if (line === undefined || /^[\t ]*(?:#|$)/.test(line.text)) continue;
    if (line.text.startsWith("\t")) throw new UnreadableYaml("A tab as indentation.");
    return line;
  }
  return null;
}

function readMapping(cursor: Cursor, indent: number, depth: number): JsonObject {
  const fields = new Map<string, JsonValue>();
  for (let line = peek(cursor); line !== null && line.indent >= indent; line = peek(cursor)) {
    if (line.indent === indent && ITEM.test(line.text)) break;
    const field = line.indent === indent ? splitField(line.text) : null;
    if (field === null) throw new UnreadableYaml("A line that is no field.");
    const key = readKey(field.key);
    if (fields.has(key)) throw new UnreadableYaml("A field that is there twice.");
    cursor.at += 1;
    fields.set(key, readValue(cursor, field.rest, indent, depth + 1, true));
  }
  return Object.fromEntries(fields);
}

/** A key, quoted or plain, and what follows its colon. */
function splitField(text: string): { readonly key: string; readonly rest: string } | null {
  const quote = /^["']/.exec(text)?.[0];
  if (quote === undefined && /^[[\]{}&*!|>%@`#,?]/.test(text)) return null;
  for (let at = 0, isQuoted = quote !== undefined; at < text.length; at += 1) {
    const char = text[at];
    if (isQuoted) {
      if (char === "\\" && quote === '"') at += 1;
      else if (char === quote && at > 0) isQuoted = false;
    } else if (char === quote) isQuoted = true;
    else if (char === "#" && /[\t ]/.test(text[at - 1] ?? "")) return null;
    else if (char === ":" && /^[\t ]?$/.test(text[at + 1] ?? "")) {
      const key = trimmed(text.slice(0, at));
      return key === "" ? null : { key, rest: text.slice(at + 1).replace(/^[\t ]+/, "") };
    }
  }
  return null;
}

function readSequence(cursor: Cursor, indent: number, depth: number): JsonValue {
  const items: JsonValue[] = [];
  for (let line = peek(cursor); line !== null && line.indent >= indent; line = peek(cursor)) {
    if (line.indent > indent) throw new UnreadableYaml("A line that is no item.");
    const [dash] = ITEM.exec(line.text) ?? [];
    if (dash === undefined) break;
    const rest = line.text.slice(dash.length);
    if (ITEM.test(rest) || splitField(rest) !== null) {
      // The item is a collection that begins on the line of its dash.
      if (dash.includes("\t")) throw new UnreadableYaml("A tab as indentation.");
      cursor.lines[cursor.at] = { indent: indent + dash.length, text: rest };
      items.push(readNode(cursor, indent, depth + 1));
    } else {
      cursor.at += 1;
      items.push(readValue(cursor, rest, indent, depth + 1, false));
    }
  }
  return items;
}

/** What begins on the next line, further in than `outer`. */
function readNode(cursor: Cursor, outer: number, depth: number): JsonValue {
  if (depth > MAX_DEPTH) throw new UnreadableYaml("Nested too deep.");
  const line = peek(cursor);
  if (line === null || line.indent <= outer) return null;
  if (ITEM.test(line.text)) return readSequence(cursor, line.indent, depth);
  if (splitField(line.text) !== null) return readMapping(cursor, line.indent, depth);
  cursor.at += 1;
  return readValue(cursor, line.text, outer, depth, false);
}

/** `outer`: how far in the field or item is whose value it is. `inField`: a sequence may begin as far out as its key. */
function readValue(cursor: Cursor, rest: string, outer: number, depth: number, inField: boolean): JsonValue {
  if (withoutComment(rest) === "") {
    const next = peek(cursor);
    const isFlush = inField && next !== null && next.indent === outer && ITEM.test(next.text);
    return isFlush ? readSequence(cursor, outer, depth) : readNode(cursor, outer, depth);
  }
  if (/^[|>]/.test(rest)) return readBlock(cursor, withoutComment(rest), outer);
  if (/^["'[{]/.test(rest)) return readInline(rest);
  return readPlain(readPlainLines(cursor, rest, outer));
}

/** A plain value goes on for as long as its lines are further in; they are joined by spaces, empty ones are breaks. */
function readPlainLines(cursor: Cursor, first: string, outer: number): string {
  let value = withoutComment(first);
  let isCommented = value.length < trimmed(first).length;
  let breaks = 0;
  for (let line = cursor.lines[cursor.at]; line !== undefined; line = cursor.lines[(cursor.at += 1)]) {
    const text = line.text.replace(/^[\t ]+/, "");
    if (text === "") {
      breaks += 1;
      continue;
    }
    if (line.indent <= outer || text.startsWith("#")) break;
    const part = withoutComment(text);
    if (isCommented || line.text.startsWith("\t") || /:(?:[\t ]|$)/.test(part)) {
      throw new UnreadableYaml("A plain value over several lines that needs quotes.");
    }
    isCommented = part.length < trimmed(text).length;
    value += (breaks > 0 ? "\n".repeat(breaks) : " ") + part;
    breaks = 0;
  }
  return value;
}

/** `|` keeps the breaks, `>` makes spaces of single ones. `-` leaves no break at the end, `+` leaves all. */
function readBlock(cursor: Cursor, header: string, outer: number): string {
  const [, style, chomp] = /^([|>])([+-]?)$/.exec(header) ?? [];
  if (style === undefined) throw new UnreadableYaml("A block with an indentation of its own.");
  let inner: number | null = null;
  let text = "";
  let breaks = 0;
  let widest = 0;
  let wasFurtherIn = false;
  for (let line = cursor.lines[cursor.at]; line !== undefined; line = cursor.lines[(cursor.at += 1)]) {
    if (line.text === "" && (inner === null || line.indent <= inner)) {
      widest = Math.max(widest, line.indent);
      breaks += 1;
      continue;
    }
    if (line.indent < (inner ?? outer + 1)) break;
    const isFirst = inner === null;
    inner ??= line.indent;
    if (widest > inner) throw new UnreadableYaml("Empty lines further in than the block.");
    const content = " ".repeat(line.indent - inner) + line.text;
    const isFurtherIn = /^[\t ]/.test(content);
    const isFolded = style === ">" && !isFirst && !isFurtherIn && !wasFurtherIn;
    if (isFolded) text += breaks === 0 ? " " : "\n".repeat(breaks);
    else text += "\n".repeat(breaks + (isFirst ? 0 : 1));
    text += content;
    wasFurtherIn = isFurtherIn;
    breaks = 0;
  }
  if (chomp === "+") return text + "\n".repeat(breaks + (inner === null ? 0 : 1));
  return chomp === "-" || inner === null ? text : `${text}\n`;
}
