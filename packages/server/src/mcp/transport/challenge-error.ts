// Finds the `error` parameters of a WWW-Authenticate header (RFC 9110 section 11.6.1, RFC 6750 section 3).

const PARAMETER =
  /([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+\-.^_`|~0-9A-Za-z/]+))|"(?:[^"\\]|\\.)*"/g;

/** The value of the first `error` parameter, or `null`. */
export function challengeError(header: string | null): string | null {
  return challengeErrors(header)[0] ?? null;
}

/** Of all challenges in the header. What stands inside other quoted values is not looked at. */
export function challengeErrors(header: string | null): readonly string[] {
  return [...(header ?? "").slice(0, 16_384).matchAll(PARAMETER)].flatMap(([, name, quoted, token]) =>
    name?.toLowerCase() === "error" ? (quoted ?? token ?? []) : [],
  );
}
