// A profile as text for people.
import type { Share, Summary } from "./summary.ts";

const MODULES = 30;
const FUNCTIONS = 40;

export function profileText(title: string, { busy, packages, modules, functions }: Summary): string {
  const table = (heading: string, shares: readonly Share[]) => [
    "",
    heading,
    "   self         with what it called",
    ...shares.map(({ name, self, inclusive }) => `${part(self, busy)}  ${part(inclusive, busy)}  ${name}`),
  ];
  const byInclusive = functions.toSorted((a, b) => b.inclusive - a.inclusive);
  return [
    `${title}: ${busy.toFixed(1)} ms in which the isolate ran`,
    ...table("Packages", packages),
    ...table(`Modules, the first ${MODULES} by self`, modules.slice(0, MODULES)),
    ...table(`Functions, the first ${FUNCTIONS} by self`, functions.slice(0, FUNCTIONS)),
    ...table(`Functions, the first ${FUNCTIONS} with what they called`, byInclusive.slice(0, FUNCTIONS)),
    "",
  ].join("\n");
}

function part(ms: number, busy: number): string {
  return `${((100 * ms) / busy).toFixed(1).padStart(5)} % ${ms.toFixed(1).padStart(7)} ms`;
}
