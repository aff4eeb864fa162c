// How long an answer asks to be left alone.

/** ms from `Retry-After` (RFC 9110 section 10.2.3); a date counts by the answer's own clock. `undefined`: it does not say. */
export function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after")?.trim() ?? "";
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const wait = Date.parse(value) - Date.parse(headers.get("date") ?? "");
  return Number.isFinite(wait) && wait > 0 ? wait : undefined;
}
