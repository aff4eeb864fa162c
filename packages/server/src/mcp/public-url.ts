// A server's address as it may be shown: without the keys that people put into queries.

const SECRET_NAME = /key|token|secret|auth|pass|sig|code|session/i;

/** The address of a server behind a binding is `rpc:` and its name, and no URL besides. */
export function isBoundUrl(url: string): boolean {
  return url.startsWith("rpc:");
}

/**
 * The same URL with the values of secret-looking query parameters replaced by `…`, and without a user: one that was taken
 * over from elsewhere may have one.
 */
export function withoutSecrets(url: string): string {
  if (isBoundUrl(url)) return url;
  const parsed = new URL(url);
  parsed.username = "";
  parsed.password = "";
  for (const [name, value] of [...parsed.searchParams]) {
    if (value !== "" && SECRET_NAME.test(name)) parsed.searchParams.set(name, "…");
  }
  return parsed.href;
}
