// Finds the `error` parameter of a WWW-Authenticate header (RFC 9110 section 11.6.1, RFC 6750 section 3).

const PARAMETER =
  /([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+\-.^_`|~0-9A-Za-z/]+))|"(?:[^"\\]|\\.)*"/g;

/** The value of the first `error` parameter, or `null`. What stands inside other quoted values is not looked at. */
export function challengeError(header: string | null): string | null {
  if (header === null) return null;
  for (const [, name, quoted, token] of header.slice(0, 16_384).matchAll(PARAMETER)) {
    if (name?.toLowerCase() === "error") return quoted ?? token ?? null;
  }
  return null;
}
