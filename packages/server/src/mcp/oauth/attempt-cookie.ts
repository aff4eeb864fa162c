// The cookie that ties the end of an attempt to the browser that began it.

/**
 * One cookie an attempt, so that two tabs do not overwrite each other; gone after ten minutes by itself.
 *
 * On https it is a `__Host-` cookie: no sibling host can plant one, which a path could not prevent, and which is what
 * a stranger would need to end their own sign-in in somebody else's browser. The price, `Path=/`, is some bytes for ten
 * minutes. On plain http (a local machine) the prefix does not exist; there the callback's path keeps it from the other ports.
 *
 * `SameSite=Lax`, because the provider's redirect is a cross-site navigation (RFC 6265bis section 5.7).
 */
export function writeAttemptCookie(callbackUrl: string, attemptId: string, secret: string, maxAge: number): string {
  const { protocol, pathname } = new URL(callbackUrl);
  const scope = protocol === "https:" ? "Path=/; Secure" : `Path=${pathname}`;
  return `${cookieName(callbackUrl, attemptId)}=${secret}; ${scope}; HttpOnly; SameSite=Lax; Max-Age=${maxAge}`;
}

/** `null` when the browser did not send exactly one. */
export function readAttemptCookie(header: string | null, callbackUrl: string, attemptId: string): string | null {
  const name = `${cookieName(callbackUrl, attemptId)}=`;
  const values = (header ?? "")
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part.startsWith(name));
  return values.length === 1 ? (values[0]?.slice(name.length) ?? null) : null;
}

function cookieName(callbackUrl: string, attemptId: string): string {
  return `${callbackUrl.startsWith("https:") ? "__Host-" : ""}agents-mcp-${attemptId}`;
}
