// Says what each entry exports and what it may load.
import { expect, test } from "vitest";
import { declaredNames, ENTRIES, exportedNames, externalImports, firstLine } from "./entries.ts";

for (const entry of ENTRIES) {
  test(`the surface of the entry "${entry}" changes only on purpose`, async () => {
    const values = new Set(exportedNames(entry));
    const lines = declaredNames(entry).map((name) => (values.has(name) ? name : `type ${name}`));
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`surface/${entry}.txt`);
  });

  test(`every value the entry "${entry}" exports has a declaration`, () => {
    const declared = new Set(declaredNames(entry));
    expect(exportedNames(entry).filter((name) => !declared.has(name))).toEqual([]);
  });
}

test('only the entry "index" loads the Workers runtime', () => {
  const loads = ENTRIES.filter((entry) => externalImports(entry).some((name) => name.startsWith("cloudflare:")));
  expect(loads).toEqual(["index"]);
});

test.each(["react", "client"] as const)('the entry "%s" loads nothing of a server', (entry) => {
  const allowed = ["partysocket", "react", "react/jsx-runtime", "valibot"];
  expect(externalImports(entry).filter((name) => !allowed.includes(name))).toEqual([]);
});

test('the entry "client" loads no React', () => {
  expect(externalImports("client").filter((name) => name.startsWith("react"))).toEqual([]);
});

test('the entry "react" is a client component', () => {
  expect(firstLine("react")).toBe('"use client";');
});
