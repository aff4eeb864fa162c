// How deep a value of a stranger may be nested: what is kept has to be written as JSON again, and that recurses.

/** Levels; far more than people write, far less than a stack holds. */
const MAX_LEVELS = 128;

export function isTooDeep(value: unknown, levels = MAX_LEVELS): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((part) => isTooDeep(part, levels - 1));
}
