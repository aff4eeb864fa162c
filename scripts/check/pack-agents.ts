// Packs the published package: pnpm resolves the catalogue's versions, then what only this repository needs is taken out.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { ARTIFACTS, ROOT } from "./paths.ts";
import { pnpmCommand } from "./pnpm.ts";
import { type StepContext, StepFailure } from "./step.ts";

export type Packed = { readonly file: string; readonly files: number; readonly bytes: number };

/** What a user's package manager needs to know; everything else stays here. */
const KEPT = [
  "name",
  "version",
  "description",
  "type",
  "license",
  "sideEffects",
  "files",
  "exports",
  "engines",
  "dependencies",
  "peerDependencies",
  "peerDependenciesMeta",
] as const;

/** Leaves `.artifacts/agents.tgz`. Needs `packages/agents/dist`. Fails when anything internal would travel with it. */
export async function packAgents(step: StepContext): Promise<Packed> {
  const draft = join(ARTIFACTS, "agents-draft.tgz");
  const folder = join(ARTIFACTS, "agents");
  const target = join(ARTIFACTS, "agents.tgz");
  mkdirSync(folder, { recursive: true });
  rmSync(folder, { recursive: true });
  mkdirSync(folder);

  await step.run(pnpmCommand("pack", "--out", draft), { cwd: "packages/agents" });
  await step.run(["tar", "-xzf", draft, "-C", folder, "--strip-components=1"]);
  rmSync(draft);
  copyFileSync(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
  if (!existsSync(join(folder, "README.md"))) throw new StepFailure("the package has no README.md");
  cleanManifest(join(folder, "package.json"));
  await step.run(pnpmCommand("pack", "--config.ignore-scripts=true", "--out", target), { cwd: relative(ROOT, folder) });

  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    statSync(join(folder, file)).isFile(),
  );
  const leaks = files.filter((file) =>
    readFileSync(join(folder, file), "utf8").match(/@agents-internal|workspace:|catalog:/),
  );
  if (leaks.length > 0) throw new StepFailure(`internal names in ${leaks.join(", ")}`);
  return { file: relative(ROOT, target), files: files.length, bytes: statSync(target).size };
}

function cleanManifest(file: string): void {
  const manifest: Record<string, unknown> = JSON.parse(readFileSync(file, "utf8"));
  const kept = KEPT.flatMap((key) => (manifest[key] === undefined ? [] : [[key, manifest[key]]]));
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
}
