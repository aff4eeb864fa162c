// What an OAuth error answer says, without ever repeating more of it than its code.

const CODE = /^[A-Za-z0-9_.-]{1,64}$/;

/** The `error` of a body (RFC 6749 section 5.2), when it looks like a code at all. */
export function errorCodeOf(body: Readonly<Record<string, unknown>> | null): string | null {
  const error = body?.["error"];
  return typeof error === "string" && CODE.test(error) ? error : null;
}

/** Codes after which the same request may succeed later. */
export function isTransient(code: string): boolean {
  return code === "temporarily_unavailable" || code === "server_error" || code === "slow_down";
}
