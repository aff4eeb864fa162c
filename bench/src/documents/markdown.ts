// Tables for people.

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

const PREFIXES = [
  { from: 1e9, name: "billion" },
  { from: 1e6, name: "million" },
] as const;

/** Two or three digits that count: `1.2 million`, `45,000`, `0.28`. */
export function rounded(value: number): string {
  const prefix = PREFIXES.find(({ from }) => value >= from);
  if (prefix) return `${digits(value / prefix.from)} ${prefix.name}`;
  return digits(value);
}

function digits(value: number): string {
  if (value === 0) return "0";
  if (value < 1) return value.toPrecision(2);
  return Number(value.toPrecision(3)).toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 1 : 0 });
}
