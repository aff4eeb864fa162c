// Completes a person's answer with the defaults of the form.
import type { ElicitRequest, ElicitResult, ElicitValue } from "@agents-internal/protocol";
import { isRecord } from "../is-record.ts";

/** Fill in what an accepted form leaves out (MCP 2025-11-25, "Elicitation": default values). */
export function withDefaults(answer: ElicitResult, { params }: ElicitRequest): ElicitResult {
  if (answer.action !== "accept" || params.mode === "url") return answer;
  const { properties } = params.requestedSchema;
  const defaults = Object.entries(isRecord(properties) ? properties : {}).flatMap(([name, schema]) =>
    isRecord(schema) && isValue(schema.default) ? [[name, schema.default] as const] : [],
  );
  return { action: "accept", content: { ...Object.fromEntries(defaults), ...answer.content } };
}

function isValue(value: unknown): value is ElicitValue {
  if (Array.isArray(value)) return value.every((item) => typeof item === "string");
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
