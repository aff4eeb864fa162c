// Reads from vitest's report what became of each attack.

/** `not-applicable`: the attacked package lacks the surface, or the case asserts nothing that could be seen there. */
export type Verdict = "held" | "open" | "not-applicable";

export interface AttackCase {
  readonly title: string;
  readonly verdict: Verdict;
  /** First line of why it did not hold. */
  readonly reason: string | null;
}

export interface AttackReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
      readonly meta?: { readonly asserted?: number };
    }[];
  }[];
}

/** What each title begins with, or has in it: the case's place in the catalogue. */
const CASE_ID = /\b[KMNPRSTVWX]\d\d\b/;
/** Those most likely to succeed against a naive build. */
export const STARRED: readonly string[] = [
  "K03 K07 M07 M11 M13 N05 N06 N07 N09 N10 N11 P01 P02 P05 R01 R02 S17 S18 T03 T05 T06 T07",
  "V02 V07 W01 W04 X04 X07 X08 X13",
].flatMap((ids) => ids.split(" "));

/**
 * Every case that was run. With `ours`, whatever failed is open. Of another package only a failed assertion about what
 * happened in the world is: everything else says that the case could not be made there.
 */
export function readCases(report: AttackReport, ours: boolean): readonly AttackCase[] {
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  return results
    .filter(({ title, status }) => CASE_ID.test(title) && (status === "passed" || status === "failed"))
    .map(({ title, status, failureMessages, meta }) => {
      const reason = failureMessages[0]?.split("\n")[0] ?? null;
      if (status === "passed" && (ours || (meta?.asserted ?? 0) > 0)) return { title, verdict: "held", reason: null };
      const isOpen = ours || (failureMessages[0] ?? "").startsWith("AssertionError");
      return { title, verdict: isOpen ? "open" : "not-applicable", reason };
    });
}

/** Which of the starred ids no case that held is about. */
export function missingStars(cases: readonly AttackCase[]): readonly string[] {
  const held = cases.filter(({ verdict }) => verdict === "held").map(({ title }) => title);
  return STARRED.filter((id) => !held.some((title) => isAbout(title, id)));
}

/** `K01 K02 K03 ★ …` is about each of its ids, `N07 ★ N09 ★ …` too. */
const isAbout = (title: string, id: string): boolean => title.split(/[^A-Z0-9]+/).includes(id);
