// An empty project with the packed package in it, as a user has it after `npm install`.
import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { PACKAGE_DIR } from "./entries.ts";

const run = promisify(execFile);
const TARBALL = join(PACKAGE_DIR, "../../.artifacts/agents.tgz");
const SAMPLES = join(PACKAGE_DIR, "test/spec-samples");
/** What the samples use beside `agents`; linked from here, since the question is our package and not theirs. */
const LINKED = ["@cloudflare/workers-types", "@types/react", "@types/node", "react", "ai"];

/** Installs the tarball with npm, puts the samples beside it and returns the project's folder. */
export async function createConsumer(): Promise<string> {
  if (!existsSync(TARBALL)) throw new Error("there is no .artifacts/agents.tgz; `npm run pack` makes it");
  const project = realpathSync(mkdtempSync(join(tmpdir(), "agents-consumer-")));
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await npm(project, "install", "--no-audit", "--no-fund", "--prefer-offline", TARBALL);
  for (const name of LINKED) link(project, name);
  cpSync(SAMPLES, join(project, "samples"), { recursive: true });
  for (const { file, code } of documentedExamples(join(PACKAGE_DIR, "../.."))) {
    writeFileSync(join(project, "samples", file.endsWith("x") ? "web" : "worker", `readme-${file}`), code);
  }
  return project;
}

/** The sample files of one environment with one of the given endings. */
export function sampleFiles(environment: "worker" | "web" | "ai", endings: RegExp): readonly string[] {
  return readdirSync(join(SAMPLES, environment))
    .filter((file) => endings.test(file) && !file.endsWith(".d.ts"))
    .map((file) => join("samples", environment, file));
}

/** What the type checker says about one of the samples' projects; empty when it has nothing to say. */
export async function typeCheck(project: string, environment: string): Promise<string> {
  const tsc = join(PACKAGE_DIR, "node_modules/typescript/bin/tsc");
  try {
    await run(process.execPath, [tsc, "-p", join("samples", environment), "--pretty", "false"], { cwd: project });
    return "";
  } catch (error) {
    return error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
  }
}

/** The code blocks of the README and of `docs` that begin with the name of a file. */
function documentedExamples(root: string): readonly { readonly file: string; readonly code: string }[] {
  const docs = readdirSync(join(root, "docs")).filter((page) => page.endsWith(".md"));
  const pages = [join(root, "README.md"), ...docs.map((page) => join(root, "docs", page))];
  const blocks = pages.flatMap((page) => [
    ...readFileSync(page, "utf8").matchAll(/```tsx?\n\/\/ (\S+\.tsx?)\n(.*?)```/gs),
  ]);
  if (blocks.length === 0) throw new Error("the README has no example that names its file");
  return blocks.map(([, file = "", code = ""]) => ({ file, code }));
}

async function npm(cwd: string, ...args: string[]): Promise<void> {
  // The package manager that started us must not tell this one where to install.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm|pnpm)_/i.test(name)));
  await run("npm", args, { cwd, env, shell: process.platform === "win32" });
}

function link(project: string, name: string): void {
  const target = join(project, "node_modules", name);
  if (existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(realpathSync(join(PACKAGE_DIR, "node_modules", name)), target, "junction");
}
