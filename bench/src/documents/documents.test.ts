import { expect, test } from "vitest";
import { SCENARIOS } from "../scenarios/index.ts";
import { documentsOf, lastReport } from "./documents.ts";
import { withBlock } from "./generated-block.ts";
import { QUOTED } from "./readme-table.ts";

test.each(documentsOf(lastReport()))(
  "$path says what the last results say (`npm run bench -- --cost` writes it)",
  (page) => {
    expect(page.is).toBe(page.shouldBe);
  },
);

test("every row the README quotes is measured", () => {
  const measured = new Set(SCENARIOS.flatMap(({ name, rows }) => rows.map(({ key }) => `${name} ${key}`)));
  expect(QUOTED.filter(([scenario, key]) => !measured.has(`${scenario} ${key}`))).toEqual([]);
});

test("only what stands between the markers of a block is written anew", () => {
  const page = "a\n<!-- x: written by `npm run bench` -->\nold\n<!-- /x -->\nb";
  const once = withBlock(page, "x", "new");
  expect(once).toBe("a\n<!-- x: written by `npm run bench` -->\n\nnew\n\n<!-- /x -->\nb");
  expect(withBlock(once, "x", "new")).toBe(once);
});

test("a page without the block is told, and not left as it is", () => {
  expect(() => withBlock("nothing", "x", "new")).toThrow("no <!-- x");
});
