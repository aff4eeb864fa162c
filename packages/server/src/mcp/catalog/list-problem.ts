// Says what a list lacks, as a code and in a sentence.
import { ERROR_CODES, type ErrorCode, type McpListProblem } from "@agents-internal/protocol";

export function listProblem(
  code: ErrorCode,
  { detail, leftOut = null }: { readonly detail?: string | undefined; readonly leftOut?: number | null } = {},
): McpListProblem {
  const error = [ERROR_CODES[code].message, detail].filter(Boolean).join(" ");
  return { error_code: code, error, left_out: leftOut };
}
