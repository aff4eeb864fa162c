// Holds a person's answer to what was asked, without running anything of the server's, such as a pattern.
import type { ElicitResult, ElicitValue, JsonSchema } from "@agents-internal/protocol";
import { McpError } from "../errors.ts";
import { isRecord } from "../is-record.ts";
import { withDefaults } from "./form-defaults.ts";

/** UTF-16 code units of the whole answer as JSON. */
const MAX_ANSWER = 256_000;
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const DATE = /^\d{4}-\d\d-\d\d$/;

/**
 * The answer as the server gets it: completed with the defaults of the form, and nothing in it that was not asked for.
 *
 * `requestedSchema` is `null` for a page. Throws `elicitation-invalid`, which names the field and never its value.
 */
export function readAnswer(given: unknown, requestedSchema: JsonSchema | null): ElicitResult {
  if (!isRecord(given)) throw invalid("It is no answer.");
  const { action, content = {} } = given;
  if (action === "decline" || action === "cancel") return { action };
  if (action !== "accept") throw invalid("Its action is accept, decline or cancel.");
  if (requestedSchema === null) return { action };
  if (!isRecord(content)) throw invalid("Its content is an object.");
  const params = { message: "", requestedSchema };
  const answer = { action, content: content as Readonly<Record<string, ElicitValue>> } as const;
  const whole = withDefaults(answer, { method: "elicitation/create", params });
  const values = whole.action === "accept" ? (whole.content ?? {}) : {};
  const { properties, required } = requestedSchema;
  const fields = isRecord(properties) ? properties : {};
  for (const name of Array.isArray(required) ? required : []) {
    if (typeof name === "string" && !Object.hasOwn(values, name)) throw invalid(`${shown(name)} is missing.`);
  }
  for (const [name, value] of Object.entries(values)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!isRecord(field)) throw invalid(`${shown(name)} was not asked for.`);
    if (!fits(value, field)) throw invalid(`${shown(name)} does not fit.`);
  }
  if (JSON.stringify(values).length > MAX_ANSWER) throw invalid("It is too large.");
  return { action, content: values };
}

function fits(value: unknown, field: Readonly<Record<string, unknown>>): boolean {
  switch (field.type) {
    case "boolean":
      return typeof value === "boolean";
    case "integer":
      return Number.isInteger(value) && isWithin(value as number, field.minimum, field.maximum);
    case "number":
      return Number.isFinite(value) && isWithin(value as number, field.minimum, field.maximum);
    case "array":
      return (
        Array.isArray(value) &&
        isWithin(value.length, field.minItems, field.maxItems) &&
        value.every((item) => typeof item === "string" && isChoice(item, isRecord(field.items) ? field.items : {}))
      );
    default:
      return (
        typeof value === "string" &&
        isChoice(value, field) &&
        isWithin([...value].length, field.minLength, field.maxLength) &&
        hasFormat(value, field.format)
      );
  }
}

/** Choices are listed as `enum`, or with titles as `oneOf` (one of them) or `anyOf` (several). */
function isChoice(value: string, { enum: plain, oneOf, anyOf }: Readonly<Record<string, unknown>>): boolean {
  if (Array.isArray(plain)) return plain.includes(value);
  const titled = oneOf ?? anyOf;
  return !Array.isArray(titled) || titled.some((choice) => isRecord(choice) && choice.const === value);
}

function isWithin(value: number, min: unknown, max: unknown): boolean {
  return (typeof min !== "number" || value >= min) && (typeof max !== "number" || value <= max);
}

function hasFormat(value: string, format: unknown): boolean {
  if (format === "email") return EMAIL.test(value);
  if (format === "uri") return URL.canParse(value);
  if (format === "date") return DATE.test(value) && !Number.isNaN(Date.parse(value));
  if (format === "date-time") return !DATE.test(value) && !Number.isNaN(Date.parse(value));
  return true;
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}

function invalid(detail: string): McpError {
  return new McpError("elicitation-invalid", { detail });
}
