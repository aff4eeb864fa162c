// Says what each entry exports and what it may load.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  declaredImports,
  declaredNames,
  ENTRIES,
  exportedNames,
  externalImports,
  firstLine,
  PACKAGE_DIR,
} from "./entries.ts";

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
  const runtime = /^cloudflare:|^partyserver$/;
  const loads = ENTRIES.filter((entry) => externalImports(entry).some((name) => runtime.test(name)));
  expect(loads).toEqual(["index"]);
});

test.each(["react", "client"] as const)('the entry "%s" loads nothing of a server', (entry) => {
  const allowed = ["partysocket/ws", "react", "react/jsx-runtime"];
  expect(externalImports(entry).filter((name) => !allowed.includes(name))).toEqual([]);
});

test.each(ENTRIES)('the declarations of the entry "%s" lead to no type of the protocol engine', (entry) => {
  expect(declaredImports(entry).filter((name) => name.startsWith("@modelcontextprotocol/"))).toEqual([]);
});

test('the entry "client" loads no React', () => {
  expect(externalImports("client").filter((name) => name.startsWith("react"))).toEqual([]);
});

test('the entry "react" is a client component', () => {
  expect(firstLine("react")).toBe('"use client";');
});

test("the manifest asks for everything the build loads, and for nothing else", () => {
  const manifest = JSON.parse(readFileSync(join(PACKAGE_DIR, "package.json"), "utf8"));
  const builtIn = /^(?:cloudflare|node):/;
  const packageOf = (specifier: string): string => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  const loaded = ENTRIES.flatMap(externalImports).filter((name) => !builtIn.test(name));
  const optional = Object.keys(manifest.peerDependencies).filter((name) => loaded.includes(name));
  expect([...new Set(loaded.map(packageOf))].toSorted()).toEqual(
    [...Object.keys(manifest.dependencies), ...optional].toSorted(),
  );
});
