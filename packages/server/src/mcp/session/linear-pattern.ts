// Tells the regular expressions whose matching cannot blow up from those that might.

const MAX_LENGTH = 100;
/** One character, an escaped one, or a class of them; what may stand under a quantifier. */
const ATOM = /^(?:\[\^?(?:\\.|[^\]\\])+\]|\\[dDwWsStnrfv.\\/*+?()[\]{}|^$-]|\\p\{[A-Za-z_=]+\}|[^\\()[\]{}|*+?^$])/u;
const EXACTLY = /^\{\d{1,3}\}/;
const VARYING = /^(?:[*+?]|\{\d{1,3},\d{0,3}\})\??/;

/**
 * A sequence of characters and classes, with exact counts, and at most one count that varies, which needs `^` in front:
 * then there is one way to match. Groups, alternatives, look-around and back references are not read at all.
 */
export function isLinearPattern(pattern: unknown): boolean {
  if (typeof pattern !== "string" || pattern.length > MAX_LENGTH) return false;
  const anchored = pattern.startsWith("^");
  let rest = anchored ? pattern.slice(1) : pattern;
  if (rest.endsWith("$") && !rest.endsWith("\\$")) rest = rest.slice(0, -1);
  let varying = 0;
  while (rest !== "") {
    const atom = ATOM.exec(rest)?.[0];
    if (atom === undefined) return false;
    rest = rest.slice(atom.length);
    const exact = EXACTLY.exec(rest)?.[0];
    const open = exact === undefined ? VARYING.exec(rest)?.[0] : undefined;
    if (open !== undefined) varying += 1;
    rest = rest.slice((exact ?? open ?? "").length);
  }
  return varying === 0 || (varying === 1 && anchored);
}
