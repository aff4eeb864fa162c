// Reads the part of JSON Schema a form can show; everything else is left to a field of plain JSON.
import type { JsonObject, JsonValue } from "../../model.ts";

interface Shared {
  readonly label: string;
  readonly help: string | undefined;
  readonly initial: JsonValue | undefined;
}

/** One input of a form, as far as the schema can be understood. */
export type FieldModel =
  | (Shared & { readonly kind: "text"; readonly long: boolean; readonly format: string | undefined })
  | (Shared & {
      readonly kind: "number";
      readonly integer: boolean;
      readonly min: number | undefined;
      readonly max: number | undefined;
    })
  | (Shared & { readonly kind: "boolean" })
  | (Shared & {
      readonly kind: "choice";
      readonly options: readonly { readonly value: JsonValue; readonly label: string }[];
    })
  | (Shared & { readonly kind: "object"; readonly properties: readonly PropertyModel[] })
  | (Shared & { readonly kind: "list"; readonly item: FieldModel })
  | (Shared & { readonly kind: "json" });

export interface PropertyModel {
  readonly name: string;
  readonly required: boolean;
  readonly field: FieldModel;
}

/** Nesting deeper than this is shown as JSON; also ends schemas that refer to themselves. */
const MAX_DEPTH = 4;

/** The form of a tool's input; `null` when the top is not an object a form can show. */
export function formOf(schema: JsonObject): readonly PropertyModel[] | null {
  if (schema.type !== undefined && schema.type !== "object") return null;
  if (schema.anyOf || schema.oneOf || schema.allOf || schema.$ref) return null;
  return propertiesOf(schema, schema, 0);
}

function propertiesOf(schema: JsonObject, root: JsonObject, depth: number): readonly PropertyModel[] {
  const required: readonly JsonValue[] = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(asObject(schema.properties) ?? {}).map(([name, raw]) => ({
    name,
    required: required.includes(name),
    field: fieldOf(name, asObject(raw) ?? {}, root, depth),
  }));
}

function fieldOf(name: string, raw: JsonObject, root: JsonObject, depth: number): FieldModel {
  const schema = simplify(raw, root);
  const shared: Shared = {
    label: asText(schema.title) ?? name,
    help: asText(schema.description),
    initial: schema.default,
  };
  if (depth >= MAX_DEPTH) return { ...shared, kind: "json" };
  const options = choicesOf(schema);
  if (options) return { ...shared, kind: "choice", options };
  switch (schema.type) {
    case "string":
      return { ...shared, kind: "text", long: isLong(name, schema), format: asText(schema.format) };
    case "number":
    case "integer":
      return {
        ...shared,
        kind: "number",
        integer: schema.type === "integer",
        min: asNumber(schema.minimum),
        max: asNumber(schema.maximum),
      };
    case "boolean":
      return { ...shared, kind: "boolean" };
    case "array": {
      const items = asObject(schema.items);
      return items
        ? { ...shared, kind: "list", item: fieldOf("", items, root, depth + 1) }
        : { ...shared, kind: "json" };
    }
    case "object":
      return asObject(schema.properties)
        ? { ...shared, kind: "object", properties: propertiesOf(schema, root, depth + 1) }
        : { ...shared, kind: "json" };
    default:
      return { ...shared, kind: "json" };
  }
}

/** Follows a local reference, and takes the other half of "this or null". */
function simplify(schema: JsonObject, root: JsonObject): JsonObject {
  if (typeof schema.$ref === "string") {
    const target = resolve(schema.$ref, root);
    return target ? { ...target, ...withoutRef(schema) } : schema;
  }
  const branches = Array.isArray(schema.anyOf) ? schema.anyOf : Array.isArray(schema.oneOf) ? schema.oneOf : null;
  const real = branches
    ?.map(asObject)
    .filter((branch): branch is JsonObject => branch !== null && branch.type !== "null");
  const only = real?.length === 1 ? real[0] : undefined;
  if (only)
    return {
      ...only,
      ...Object.fromEntries(Object.entries(schema).filter(([key]) => key !== "anyOf" && key !== "oneOf")),
    };
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((type) => type !== "null");
    if (types.length === 1) return { ...schema, type: types[0] ?? null };
  }
  return schema;
}

function withoutRef({ $ref: _, ...rest }: JsonObject): JsonObject {
  return rest;
}

function resolve(ref: string, root: JsonObject): JsonObject | null {
  if (!ref.startsWith("#/")) return null;
  let here: JsonValue | undefined = root;
  for (const part of ref.slice(2).split("/")) {
    const object = asObject(here);
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (!object || !Object.hasOwn(object, key)) return null;
    here = object[key];
  }
  return asObject(here);
}

function choicesOf(schema: JsonObject): readonly { readonly value: JsonValue; readonly label: string }[] | null {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => ({ value, label: labelOf(value) }));
  if (schema.const !== undefined) return [{ value: schema.const, label: labelOf(schema.const) }];
  const branches = Array.isArray(schema.oneOf) ? schema.oneOf.map(asObject) : [];
  const constants = branches.filter((branch): branch is JsonObject => branch?.const !== undefined);
  if (branches.length === 0 || constants.length !== branches.length) return null;
  return constants.map((branch) => ({
    value: branch.const ?? null,
    label: asText(branch.title) ?? labelOf(branch.const ?? null),
  }));
}

function labelOf(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isLong(name: string, schema: JsonObject): boolean {
  const max = asNumber(schema.maxLength);
  return (max !== undefined && max > 200) || /^(body|text|content|message|description|markdown|query)$/i.test(name);
}

function asObject(value: JsonValue | undefined): JsonObject | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

function asText(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function asNumber(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}
