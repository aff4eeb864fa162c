// A figure with its unit, for people.
import type { Row } from "./scenario.ts";

export function shown(value: number | undefined, unit: Row["unit"]): string {
  if (value === undefined) return "not measured";
  return `${figure(value)}${unit === "" ? "" : ` ${unit}`}`;
}

function figure(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
