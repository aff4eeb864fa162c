import { expect, test } from "vitest";
import { judge, readChecks } from "./verdict.ts";

const check = (status: string, id = "pkce") => ({ id, status, text: "what it is about" });

test("a run with successes and nothing worse is clean", () => {
  expect(judge(0, [check("SUCCESS"), check("INFO"), check("SKIPPED")])).toEqual({
    clean: true,
    succeeded: 1,
    reasons: [],
  });
});

test.each(["FAILURE", "WARNING", "SOMETHING-NEW"])("one %s spoils it", (status) => {
  const verdict = judge(0, [check("SUCCESS"), check(status, "resource")]);
  expect(verdict).toMatchObject({ clean: false, reasons: [`${status} resource: what it is about`] });
});

test("a run in which nothing was checked is not clean", () => {
  expect(judge(0, [check("INFO")])).toMatchObject({ clean: false, reasons: ["not one check succeeded"] });
  expect(judge(0, [])).toMatchObject({ clean: false });
});

test("a referee that ends with another code than 0, or never, spoils it", () => {
  expect(judge(1, [check("SUCCESS")])).toMatchObject({ clean: false, reasons: ["the referee ended with 1"] });
  expect(judge(null, [check("SUCCESS")])).toMatchObject({ clean: false, reasons: ["it did not end in time"] });
});

test("results that are missing spoil it", () => {
  expect(judge(0, null)).toMatchObject({ clean: false, reasons: ["no results were left behind"] });
});

test("the same reason is told once", () => {
  expect(judge(0, [check("SUCCESS"), check("FAILURE"), check("FAILURE")]).reasons).toHaveLength(1);
});

test("the referee's results are read with the words that say most", () => {
  const text = JSON.stringify([
    { id: "a", status: "FAILURE", description: "what was looked at", errorMessage: "what went wrong" },
    { id: "b", status: "SUCCESS", description: "what was looked at" },
  ]);
  expect(readChecks(text)).toEqual([
    { id: "a", status: "FAILURE", text: "what went wrong" },
    { id: "b", status: "SUCCESS", text: "what was looked at" },
  ]);
});

test("a check that cannot be read counts against the run", () => {
  expect(judge(0, [check("SUCCESS"), ...(readChecks("[7]") ?? [])]).clean).toBe(false);
});

test("a file that is no list of checks is none", () => {
  expect([readChecks("{}"), readChecks("half a fi")]).toEqual([null, null]);
});
