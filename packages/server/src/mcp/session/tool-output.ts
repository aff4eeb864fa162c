// Holds a tool to its promise: structured output has to match the schema it announced.
import type { CallToolResult, JsonObject, JsonSchema, Tool } from "@agents-internal/protocol";
import { isTooDeep } from "../depth.ts";
import { McpError } from "../errors.ts";
import { isRecord } from "../is-record.ts";
import { cleaned } from "./call-error.ts";

type Verdict = { readonly kind: "fine" | "unchecked" } | { readonly kind: "broken"; readonly detail: string };

/** What is needed of a `JsonSchemaValidator`. */
export interface OutputValidator {
  getValidator(
    schema: JsonSchema,
  ): (input: unknown) => { readonly valid: boolean; readonly errorMessage: string | undefined };
}

export interface OutputCheck {
  /** Throws `result-invalid`. Answers `"unchecked"` when the announced schema itself cannot be used. */
  (tool: Tool, result: CallToolResult): "checked" | "unchecked";
}

export function createOutputCheck(validator: OutputValidator): OutputCheck {
  const compiled = new WeakMap<JsonSchema, ReturnType<OutputValidator["getValidator"]>>();

  const judge = (schema: JsonSchema, value: JsonObject | undefined): Verdict => {
    if (value === undefined) return { kind: "broken", detail: "It promised structured output and sent none." };
    try {
      const check = compiled.get(schema) ?? validator.getValidator(schema);
      compiled.set(schema, check);
      const verdict = check(value);
      return verdict.valid ? { kind: "fine" } : { kind: "broken", detail: cleaned(verdict.errorMessage ?? "") };
    } catch {
      return { kind: "unchecked" };
    }
  };

  return (tool, result) => {
    if (tool.outputSchema === undefined || result.isError === true) return "checked";
    const verdict = judge(tool.outputSchema, result.structuredContent);
    if (verdict.kind === "broken") throw new McpError("result-invalid", { detail: verdict.detail });
    return verdict.kind === "fine" ? "checked" : "unchecked";
  };
}

/** Results are not kept, but whoever made the call will write them as JSON. */
const RESULT_LEVELS = 1000;

/** The result of `tools/call` as served; throws `invalid-response` when it is none. */
export function readToolResult(value: unknown): CallToolResult {
  if (!isRecord(value) || (value.content !== undefined && !Array.isArray(value.content))) {
    throw new McpError("invalid-response", { detail: "It is not a tool result." });
  }
  if (isTooDeep(value, RESULT_LEVELS)) throw new McpError("invalid-response", { detail: "It is nested too deep." });
  return { ...value, content: value.content ?? [] } as CallToolResult;
}
