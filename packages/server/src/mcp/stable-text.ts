// JSON text that is the same for the same value, whatever order its properties were written in.
import { isRecord } from "./is-record.ts";

/** Throws a `RangeError` for what is nested too deeply to be walked. */
export function stableText(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (isRecord(part) ? sorted(part) : part));
}

function sorted(object: object): object {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
