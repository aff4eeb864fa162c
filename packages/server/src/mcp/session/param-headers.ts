// Mirrors tool arguments into `Mcp-Param-*` headers where the tool asks for it (Streamable HTTP 2026-07-28, "Custom Headers").
import type { JsonObject } from "@agents-internal/protocol";
import { isRecord } from "../is-record.ts";
import { encodeHeaderValue } from "../transport/header-value.ts";

const KEY = "x-mcp-header";
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TYPES = new Set<unknown>(["string", "integer", "boolean"]);
const MAX_DEPTH = 64;

interface Declaration {
  readonly path: readonly string[];
  readonly header: string;
}

/**
 * The declarations in a tool's input schema, or `null` when one breaks the rules: then the tool must not be offered.
 *
 * A declaration has to be a header token, unique whatever its case, on a string, integer or boolean that is reached from the root through
 * `properties` alone.
 */
export function headerDeclarations(inputSchema: JsonObject): readonly Declaration[] | null {
  const known = read.get(inputSchema);
  if (known !== undefined) return known;
  const declarations = readDeclarations(inputSchema);
  read.set(inputSchema, declarations);
  return declarations;
}

/** A schema is read once for as long as it is in memory: nobody changes it. */
const read = new WeakMap<JsonObject, readonly Declaration[] | null>();

function readDeclarations(inputSchema: JsonObject): readonly Declaration[] | null {
  const found: Declaration[] = [];
  const isValid = walk(inputSchema, [], found);
  const names = new Set(found.map(({ header }) => header.toLowerCase()));
  return isValid && names.size === found.length ? found : null;
}

/** Headers for one call. Arguments that are absent, `null` or not plain values are left out. */
export function paramHeaders(inputSchema: JsonObject, args: Readonly<Record<string, unknown>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { path, header } of headerDeclarations(inputSchema) ?? []) {
    const text = asText(valueAt(args, path));
    if (text !== null) headers[`mcp-param-${header.toLowerCase()}`] = encodeHeaderValue(text);
  }
  return headers;
}

function walk(schema: Readonly<Record<string, unknown>>, path: readonly string[], found: Declaration[]): boolean {
  if (path.length > MAX_DEPTH) return false;
  const header = schema[KEY];
  if (header !== undefined) {
    if (path.length === 0 || typeof header !== "string" || !TOKEN.test(header) || !TYPES.has(schema.type)) return false;
    found.push({ path, header });
  }
  return Object.entries(schema).every(([keyword, value]) => {
    if (keyword === "properties" && isRecord(value)) {
      return Object.entries(value).every(([name, child]) => !isRecord(child) || walk(child, [...path, name], found));
    }
    return keyword === KEY || DATA_KEYWORDS.has(keyword) || !mentionsHeader(value, 0);
  });
}

/** Keywords whose value is data, not a schema. */
const DATA_KEYWORDS = new Set(["const", "default", "enum", "examples", "required", "type", "title", "description"]);

/** Whether a declaration hides somewhere it may not be. */
function mentionsHeader(value: unknown, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.some((item) => mentionsHeader(item, depth + 1));
  if (!isRecord(value)) return false;
  return Object.entries(value).some(
    ([key, child]) => key === KEY || (!DATA_KEYWORDS.has(key) && mentionsHeader(child, depth + 1)),
  );
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  let value: unknown = root;
  for (const name of path) value = isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

function asText(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "number" || !Number.isFinite(value)) return null;
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? null : String(value);
}
