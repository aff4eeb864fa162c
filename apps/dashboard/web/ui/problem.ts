// What was thrown, as a code and a sentence for a person.
import { ERROR_TEXT } from "../i18n/errors.ts";
import type { ErrorCode } from "../model.ts";

export interface Problem {
  readonly code: ErrorCode | null;
  readonly message: string;
}

/** Reads the code a failed call carries; the words are ours when we have some for the code. */
export function problemOf(thrown: unknown): Problem {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code =
    thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? (thrown.code as ErrorCode) : null;
  return { code, message: (code !== null && ERROR_TEXT[code]) || message };
}
