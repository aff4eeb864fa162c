// Structural sharing: a new JSON value that keeps the identity of every part that did not change.

type Plain = Record<string, unknown>;

function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Items of MCP lists are found again by who they are, not by where they stand. */
function identityOf(item: unknown): string | undefined {
  if (!isPlain(item) || typeof item.serverId !== "string") return undefined;
  return JSON.stringify([item.serverId, item.uriTemplate ?? item.uri ?? item.name]);
}

/** Below this depth a value is taken as it is; a server's own schema may be nested to hurt. */
const MAX_DEPTH = 64;

function shareArray(previous: readonly unknown[], next: readonly unknown[], depth: number): readonly unknown[] {
  // Most items of a list that was patched are the very same: only the others have to be looked for.
  const kept = new Set(previous);
  let known: Map<string | undefined, unknown> | undefined;
  const shared = next.map((item, index) => {
    if (kept.has(item)) return item;
    const key = identityOf(item);
    if (key === undefined) return shareUnchanged(previous[index], item, depth);
    known ??= new Map(previous.map((each) => [identityOf(each), each]));
    return shareUnchanged(known.get(key), item, depth);
  });
  return shared.length === previous.length && shared.every((item, index) => Object.is(item, previous[index]))
    ? previous
    : shared;
}

function shareObject(previous: Plain, next: Plain, depth: number): Plain {
  const keys = Object.keys(next);
  const shared = Object.fromEntries(
    keys.map((key) => [
      key,
      shareUnchanged(Object.hasOwn(previous, key) ? previous[key] : undefined, next[key], depth),
    ]),
  );
  const same =
    keys.length === Object.keys(previous).length &&
    keys.every((key) => Object.hasOwn(previous, key) && Object.is(shared[key], previous[key]));
  return same ? previous : shared;
}

/** `next`, with every part that equals its counterpart in `previous` replaced by it. Returns `previous` when all is equal. */
export function shareUnchanged<T>(previous: unknown, next: T, depth = 0): T {
  if (Object.is(previous, next) || depth > MAX_DEPTH) return next;
  if (Array.isArray(previous) && Array.isArray(next)) return shareArray(previous, next, depth + 1) as T;
  if (isPlain(previous) && isPlain(next)) return shareObject(previous, next, depth + 1) as T;
  return next;
}
