// Runs one property over many made-up inputs: the same ones in every `npm test`, new ones in `npm run fuzz`.
import { ERROR_CODES } from "@agents-internal/protocol";
import fc from "fast-check";
import { McpError } from "../../../src/mcp/errors.ts";

/** How many inputs a property is tried on. `npm run fuzz` says more. */
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 2000);
/** ms one input may take: far above what any takes, far below what a pattern that backtracks does. */
const PATIENCE = 1000;
/** ms for a whole property: all of it is work, nothing waits. */
export const FUZZ_TIMEOUT = 60_000 + RUNS * 10;

const seed = process.env["FUZZ_RUNS"] === undefined ? { seed: 20_261_122 } : {};

/** A failure prints the seed and the smallest input that shows it. */
export async function holds<T>(inputs: fc.Arbitrary<T>, property: (input: T) => unknown): Promise<void> {
  const timed = async (input: T): Promise<void> => {
    const begun = performance.now();
    await property(input);
    const took = performance.now() - begun;
    if (took > PATIENCE) throw new Error(`took ${Math.round(took)} ms`);
  };
  await fc.assert(fc.asyncProperty(inputs, timed), { numRuns: RUNS, ...seed });
}

/** What was thrown has to be one of our own errors, with a code of the table. */
export function expectCoded(thrown: unknown): void {
  if (!(thrown instanceof McpError) || !(thrown.code in ERROR_CODES)) throw thrown;
}

/** Text made of pieces that mean something to the reader under test, and of anything else. */
export function textOf(...pieces: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...pieces) },
    { weight: 2, arbitrary: fc.string({ maxLength: 12 }) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...pieces), fc.nat(400)).map(([text, n]) => text.repeat(n)) },
  );
  return fc.array(piece, { maxLength: 24 }).map((parts) => parts.join(""));
}

/** Any JSON, and with it what breaks readers of it: prototypes, long texts, numbers that are none. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>("", null, 0, -1, 1e308, [], {}, "x".repeat(70_000), { __proto__: null }, [[[[]]]]),
);

/** An object with some of these fields, each with a likely or an unlikely value, beside others nobody knows. */
export function objectWith(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> {
  const likely = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: anyJson }),
    ]),
  );
  const unknown = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "toJSON")), anyJson);
  return fc.tuple(fc.record(likely, { requiredKeys: [] }), unknown).map(([known, others]) => ({ ...others, ...known }));
}
