// Reads what a server suggests for a value that is being typed.
import type { Completion } from "@agents-internal/protocol";
import { McpError } from "../errors.ts";
import { isRecord } from "../is-record.ts";

export const NO_SUGGESTIONS: Completion = { values: [] };

/** The most that the specification lets a server suggest at once ("Completion", Capabilities). */
const MAX_VALUES = 100;

/** Throws `invalid-response` when it is no answer to `completion/complete`. */
export function readCompletion(result: unknown): Completion {
  const completion = isRecord(result) ? result.completion : undefined;
  if (!isRecord(completion) || !Array.isArray(completion.values)) {
    throw new McpError("invalid-response", { detail: "It has no suggestions." });
  }
  const { values, total, hasMore } = completion;
  const texts = values.filter((value): value is string => typeof value === "string");
  return {
    values: texts.slice(0, MAX_VALUES),
    ...(typeof total === "number" && { total }),
    ...(texts.length > MAX_VALUES ? { hasMore: true } : typeof hasMore === "boolean" && { hasMore }),
  };
}
