// What a person typed, and how it becomes the arguments of a call.
import { text } from "../../i18n/en.ts";
import type { JsonObject, JsonValue } from "../../model.ts";
import type { FieldModel, PropertyModel } from "./schema.ts";

/** The draft of one field: text for what is typed, and the like for what nests. */
export type Draft = string | boolean | DraftObject | readonly Draft[];
export interface DraftObject {
  readonly [name: string]: Draft;
}

/** Messages by path, e.g. `address.street` or `tags.0`. */
export type Problems = Readonly<Record<string, string>>;

export type Built =
  | { readonly ok: true; readonly args: JsonObject }
  | { readonly ok: false; readonly problems: Problems };

export function emptyDraft(properties: readonly PropertyModel[], from: JsonObject = {}): DraftObject {
  return Object.fromEntries(
    properties.map(({ name, field }) => [name, draftOf(field, Object.hasOwn(from, name) ? from[name] : field.initial)]),
  );
}

/** A field's draft for a value, or an empty one. */
export function draftOf(field: FieldModel, value?: JsonValue): Draft {
  switch (field.kind) {
    case "boolean":
      return value === true;
    case "object":
      return emptyDraft(field.properties, isObject(value) ? value : {});
    case "list":
      return Array.isArray(value) ? value.map((item) => draftOf(field.item, item)) : [];
    case "choice": {
      const index = field.options.findIndex((option) => JSON.stringify(option.value) === JSON.stringify(value));
      return index === -1 ? "" : String(index);
    }
    case "text":
      return typeof value === "string" ? value : "";
    case "number":
      return typeof value === "number" ? String(value) : "";
    case "json":
      return value === undefined ? "" : JSON.stringify(value, null, 2);
  }
}

/** Arguments from a draft. What was left empty and need not be there is left out. */
export function buildArguments(properties: readonly PropertyModel[], draft: DraftObject): Built {
  const problems: Record<string, string> = {};
  const args = buildObject(properties, draft, "", problems);
  return Object.keys(problems).length === 0 ? { ok: true, args } : { ok: false, problems };
}

function buildObject(
  properties: readonly PropertyModel[],
  draft: DraftObject,
  path: string,
  problems: Record<string, string>,
): JsonObject {
  const entries: [string, JsonValue][] = [];
  for (const { name, required, field } of properties) {
    const here = path === "" ? name : `${path}.${name}`;
    const value = build(field, draft[name] ?? "", here, required, problems);
    if (value !== undefined) entries.push([name, value]);
    else if (required && problems[here] === undefined) problems[here] = text.tools.required;
  }
  return Object.fromEntries(entries);
}

function build(
  field: FieldModel,
  draft: Draft,
  path: string,
  required: boolean,
  problems: Record<string, string>,
): JsonValue | undefined {
  switch (field.kind) {
    case "boolean":
      return draft === true || required || field.initial !== undefined ? draft === true : undefined;
    case "object": {
      if (typeof draft !== "object" || Array.isArray(draft)) return undefined;
      const inner: Record<string, string> = {};
      const value = buildObject(field.properties, draft as DraftObject, path, inner);
      // An optional group nobody touched is not there, whatever it would require if it were.
      if (!required && Object.keys(value).length === 0) return undefined;
      Object.assign(problems, inner);
      return value;
    }
    case "list": {
      if (!Array.isArray(draft) || (draft.length === 0 && !required)) return undefined;
      return draft.map(
        (item: Draft, index) =>
          build(field.item, item, `${path}.${index}`, true, problems) ?? missing(`${path}.${index}`, problems),
      );
    }
    default:
      return typeof draft === "string" ? buildLeaf(field, draft, path, required, problems) : undefined;
  }
}

function missing(path: string, problems: Record<string, string>): null {
  problems[path] ??= text.tools.required;
  return null;
}

type Leaf = Extract<FieldModel, { kind: "text" | "number" | "choice" | "json" }>;

function buildLeaf(
  field: Leaf,
  typed: string,
  path: string,
  required: boolean,
  problems: Record<string, string>,
): JsonValue | undefined {
  const fail = (message: string): undefined => {
    problems[path] = message;
    return undefined;
  };
  if (typed.trim() === "") return field.kind === "text" && required && typed !== "" ? typed : undefined;
  switch (field.kind) {
    case "text":
      return typed;
    case "choice":
      return field.options[Number(typed)]?.value;
    case "json":
      try {
        return JSON.parse(typed) as JsonValue;
      } catch {
        return fail(text.tools.notJson);
      }
    case "number": {
      const value = Number(typed);
      if (!Number.isFinite(value)) return fail(text.tools.notANumber);
      if (field.integer && !Number.isInteger(value)) return fail(text.tools.notAnInteger);
      if (field.min !== undefined && value < field.min) return fail(text.tools.tooSmall(field.min));
      if (field.max !== undefined && value > field.max) return fail(text.tools.tooLarge(field.max));
      return value;
    }
  }
}

/** The arguments typed as JSON; `null` when they are not one object. */
export function parseArguments(typed: string): JsonObject | null {
  if (typed.trim() === "") return {};
  try {
    const value = JSON.parse(typed) as JsonValue;
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
