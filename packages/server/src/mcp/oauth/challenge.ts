// Reads WWW-Authenticate as RFC 9110 section 11.6.1 writes it: several challenges, quoted strings, joined header lines.

/** What a Bearer or DPoP challenge asked for (RFC 6750 section 3, RFC 9728 section 5.1). */
export interface OAuthChallenge {
  readonly resourceMetadata: string | null;
  readonly scopes: readonly string[] | null;
  readonly error: string | null;
}

export interface Challenge {
  /** Lower-cased. */
  readonly scheme: string;
  /** Names lower-cased; the first of repeated names wins. */
  readonly params: ReadonlyMap<string, string>;
}

const EMPTY: OAuthChallenge = { resourceMetadata: null, scopes: null, error: null };

/** A header longer than this says nothing we need. */
const MAX_HEADER = 16_384;
const MAX_SCOPES = 100;
const MAX_SCOPE_TEXT = 4096;
const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const TOKEN68 = /[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))/y;
/** Wider than the RFC's token: deployed servers write URLs without quotes, and leave out the comma after a parameter. */
const BARE_VALUE = /[^ \t,"]+/y;
const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** The parameters of the first challenge that OAuth has a say in; Bearer before DPoP. */
export function readChallenge(header: string | null): OAuthChallenge {
  if (header === null) return EMPTY;
  const challenges = parseChallenges(header);
  const found =
    challenges.find(({ scheme }) => scheme === "bearer") ?? challenges.find(({ scheme }) => scheme === "dpop");
  if (found === undefined) return EMPTY;
  const scope = found.params.get("scope");
  return {
    resourceMetadata: found.params.get("resource_metadata") ?? null,
    scopes: scope === undefined ? null : parseScopes(scope),
    error: found.params.get("error") ?? null,
  };
}

/** Scope tokens of RFC 6749 section 3.3, each once. `null` when none is left: then nothing was asked. */
export function parseScopes(text: string): readonly string[] | null {
  if (text.length > MAX_SCOPE_TEXT) return null;
  const scopes = new Set(text.split(/[ \t]+/).filter((scope) => SCOPE_TOKEN.test(scope)));
  return scopes.size === 0 || scopes.size > MAX_SCOPES ? null : [...scopes];
}

/** Every challenge of the header. What cannot be read ends the list; what came before it counts. */
export function parseChallenges(header: string): readonly Challenge[] {
  if (header.length > MAX_HEADER) return [];
  const challenges: { scheme: string; params: Map<string, string> }[] = [];
  let position = 0;

  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = position;
    const match = pattern.exec(header);
    if (match === null) return null;
    position += match[0].length;
    return match[0];
  };
  const skip = (pattern: RegExp) => void take(pattern);

  for (;;) {
    skip(/[ \t,]*/y);
    if (position >= header.length) return challenges;
    const name = take(TOKEN);
    if (name === null) return challenges;
    const current = challenges.at(-1);
    const equals = take(/[ \t]*=[ \t]*/y);
    if (equals !== null) {
      // `name = value` belongs to the challenge before it; without one the header is broken.
      const value = header[position] === '"' ? takeQuoted() : take(BARE_VALUE);
      if (value === null || current === undefined) return challenges;
      const key = name.toLowerCase();
      if (!current.params.has(key)) current.params.set(key, value);
      if (!endsHere()) return challenges;
      continue;
    }
    challenges.push({ scheme: name.toLowerCase(), params: new Map() });
    if (take(/[ \t]+/y) === null) {
      if (!endsHere()) return challenges;
      continue;
    }
    // A token68 (as in `Basic abc=`) is followed by a comma or the end; a parameter never is.
    skipToken68();
  }

  function skipToken68(): void {
    const before = position;
    const text = take(TOKEN68);
    // A lone word could also be the next scheme without parameters; only what cannot be a token is surely token68.
    if (text !== null && !/[=/]/.test(text)) position = before;
  }

  function endsHere(): boolean {
    return position >= header.length || /[ \t,]/.test(header[position] ?? "");
  }

  function takeQuoted(): string | null {
    let value = "";
    for (let index = position + 1; index < header.length; index += 1) {
      const char = header[index] ?? "";
      if (char === '"') {
        position = index + 1;
        return value;
      }
      if (char === "\\") index += 1;
      value += header[index] ?? "";
    }
    return null;
  }
}
