// Checks values against schemas of strangers within a bounded amount of work: a schema can be a program that never ends.
import type { JsonSchema } from "@agents-internal/protocol";
import { isRecord } from "../is-record.ts";
import { isLinearPattern } from "./linear-pattern.ts";
import type { OutputValidator } from "./tool-output.ts";

/** Subschemas and values in one schema. */
const MAX_PARTS = 10_000;
const MAX_DEPTH = 64;
/** What one value may cost; a second or two at worst, and a hundred thousand ordinary fields. */
const BUDGET = 200_000;

const MAPS = new Set(["$defs", "definitions", "properties", "patternProperties", "dependentSchemas", "dependencies"]);
const LISTS = new Set(["allOf", "anyOf", "oneOf", "prefixItems", "items"]);
const DATA = new Set(["enum", "const", "default", "examples", "required", "dependentRequired"]);
/** Keywords whose work grows with the value, by what of it: see {@link measure}. */
const GROWING: readonly (readonly [keyword: string, by: keyof Size, power: number])[] = [
  ["minLength", "text", 1],
  ["maxLength", "text", 1],
  ["pattern", "text", 1],
  ["format", "text", 1],
  ["uniqueItems", "items", 2],
  ["patternProperties", "keys", 1],
  ["minProperties", "keys", 1],
  ["maxProperties", "keys", 1],
];

interface Size {
  /** Longest string or key. */
  text: number;
  /** Longest array. */
  items: number;
  /** Most keys of one object. */
  keys: number;
}

interface Meter {
  parts: number;
  left: number;
  size: Size;
}

/**
 * `validator` with limits. `getValidator`, and what it returns, throw where the schema cannot be used: too large, too deep, with a
 * pattern that could take for ever, or too much work for this value. Nothing is ever fetched.
 */
export function createBoundedValidator(validator: OutputValidator): OutputValidator {
  return {
    getValidator(schema) {
      const meter: Meter = { parts: 0, left: 0, size: { text: 0, items: 0, keys: 0 } };
      const check = validator.getValidator(tame(schema, meter, 0) as JsonSchema);
      return (input) => {
        meter.left = BUDGET;
        meter.size = { text: 0, items: 0, keys: 0 };
        return check(measure(input, meter.size));
      };
    },
  };
}

/** A copy in which each subschema takes its cost from the meter when it is looked at. */
function tame(schema: unknown, meter: Meter, depth: number): unknown {
  count(meter, depth);
  if (!isRecord(schema)) return schema;
  let cost = 1;
  const entries = Object.entries(schema).map(([key, value]): [string, unknown] => {
    const before = meter.parts;
    const part = tameKeyword(key, value, meter, depth);
    if (DATA.has(key)) cost += meter.parts - before;
    else if (MAPS.has(key) || LISTS.has(key)) cost += isRecord(value) ? Object.keys(value).length : 0;
    return [key, part];
  });
  // `fromEntries` defines own properties, whatever they are called.
  const copy = Object.fromEntries(entries);
  const growing = GROWING.filter(([keyword]) => Object.hasOwn(schema, keyword));
  const { type } = schema;
  Object.defineProperty(copy, "type", {
    // Read once for every value that the subschema is held against.
    get() {
      meter.left -= growing.reduce((sum, [, by, power]) => sum + meter.size[by] ** power / 100, cost);
      if (meter.left < 0) throw new Error("Too much work.");
      return type;
    },
    enumerable: Object.hasOwn(schema, "type"),
  });
  return copy;
}

function tameKeyword(key: string, value: unknown, meter: Meter, depth: number): unknown {
  if (key === "pattern" && !isLinearPattern(value)) throw new Error("A pattern that could take for ever.");
  if (key === "patternProperties" && isRecord(value) && !Object.keys(value).every(isLinearPattern))
    throw new Error("A pattern that could take for ever.");
  if (DATA.has(key)) return copyData(value, meter, depth + 1);
  if (MAPS.has(key) && isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, tame(part, meter, depth + 1)]));
  if (Array.isArray(value)) return value.map((part) => tame(part, meter, depth + 1));
  return tame(value, meter, depth + 1);
}

function copyData(value: unknown, meter: Meter, depth: number): unknown {
  count(meter, depth);
  if (Array.isArray(value)) return value.map((part) => copyData(part, meter, depth + 1));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copyData(part, meter, depth + 1)]));
}

function count(meter: Meter, depth: number): void {
  meter.parts += 1;
  if (meter.parts > MAX_PARTS || depth > MAX_DEPTH) throw new Error("Too large a schema.");
}

/**
 * A copy without prototypes, so that `toString` is no property of every object; its size is noted on the way. Too deep a value
 * ends in a `RangeError`.
 */
function measure(value: unknown, size: Size): unknown {
  if (typeof value === "string") size.text = Math.max(size.text, value.length);
  if (Array.isArray(value)) {
    size.items = Math.max(size.items, value.length);
    return value.map((part) => measure(part, size));
  }
  if (!isRecord(value)) return value;
  const bare = Object.create(null) as Record<string, unknown>;
  const keys = Object.keys(value);
  size.keys = Math.max(size.keys, keys.length);
  for (const key of keys) {
    size.text = Math.max(size.text, key.length);
    bare[key] = measure(value[key], size);
  }
  return bare;
}
