// Builds small trees with one broken wall each, and sees that the rule meant for it speaks.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { runCommand } from "./command.ts";
import { ROOT } from "./paths.ts";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** The names of the rules broken by a tree of these files. */
async function brokenRules(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "walls-"));
  folders.push(folder);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const config = join(ROOT, ".dependency-cruiser.cjs");
  const command = ["depcruise", "--config", config, "--output-type", "json", "packages"];
  const { output } = await runCommand(command, { cwd: folder });
  const report: { summary: { violations: { rule: { name: string } }[] } } = JSON.parse(output);
  return [...new Set(report.summary.violations.map((violation) => violation.rule.name))].toSorted();
}

const leaf = "export type T = 1; export const value = 1;\n";
const cases: readonly (readonly [string, string, string])[] = [
  ["server-and-client-never-meet", "packages/server/src/a.ts", "packages/client/src/b.ts"],
  ["client-knows-only-the-protocol", "packages/client/src/a.ts", "packages/server/src/b.ts"],
  ["protocol-stands-alone", "packages/protocol/src/a.ts", "packages/client/src/b.ts"],
  ["mcp-is-not-the-agent", "packages/server/src/mcp/a.ts", "packages/server/src/agent/b.ts"],
  ["mcp-oauth-knows-no-sibling", "packages/server/src/mcp/oauth/a.ts", "packages/server/src/mcp/storage/b.ts"],
  ["moving-in-happens-once", "packages/server/src/mcp/servers/a.ts", "packages/server/src/mcp/adoption/b.ts"],
  ["session-knows-transport-only", "packages/server/src/mcp/session/a.ts", "packages/server/src/mcp/catalog/b.ts"],
];

test.each(cases)("%s: %s may not import %s, not even its types", async (rule, importer, imported) => {
  const specifier = relativeSpecifier(importer, imported);
  const broken = await brokenRules({
    [importer]: `import type { T } from "${specifier}";\nexport type U = T;\n`,
    [imported]: leaf,
  });
  expect(broken).toEqual([rule]);
});

test("two files that import each other are a cycle", async () => {
  const broken = await brokenRules({
    "packages/protocol/src/a.ts": 'import { b } from "./b.ts";\nexport const a = () => b;\n',
    "packages/protocol/src/b.ts": 'import { a } from "./a.ts";\nexport const b = () => a;\n',
  });
  expect(broken).toEqual(["no-cycles"]);
});

test.each([
  ["mcp-lasting-is-handed-what-it-uses", "lasting", "catalog"],
  ["parts-name-rooms-only", "catalog", "lasting"],
])("%s: %s may name the types of %s but not use it", async (rule, importer, imported) => {
  const other = { [`packages/server/src/mcp/${imported}/b.ts`]: leaf };
  const file = `packages/server/src/mcp/${importer}/a.ts`;
  expect(await brokenRules({ ...other, [file]: `export type { T } from "../${imported}/b.ts";\n` })).toEqual([]);
  expect(await brokenRules({ ...other, [file]: `export { value } from "../${imported}/b.ts";\n` })).toEqual([rule]);
});

test("a part may name the session's type but not build one", async () => {
  const session = { "packages/server/src/mcp/session/session.ts": leaf };
  const part = "packages/server/src/mcp/catalog/a.ts";
  expect(await brokenRules({ ...session, [part]: 'export type { T } from "../session/session.ts";\n' })).toEqual([]);
  expect(await brokenRules({ ...session, [part]: 'export { value } from "../session/session.ts";\n' })).toEqual([
    "seams-cross-as-types",
  ]);
});

function relativeSpecifier(from: string, to: string): string {
  const up = "../".repeat(from.split("/").length - 1);
  return up + to;
}
