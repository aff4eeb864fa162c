// Builds the published types: each environment is emitted by tsc, then our own packages are laid side by side under dist/types.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const packageDir = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const packagesDir = resolve(packageDir, "..");
const distDir = join(packageDir, "dist");
const tsc = join(packageDir, "node_modules/typescript/bin/tsc");

// Workers types and DOM types do not mix in one program, so every environment is a program of its own.
const PROGRAMS = ["tsconfig.worker.json", "tsconfig.web.json", "tsconfig.testing.json"];

/** `from "x"`, `import "x"`, `import("x")` and `declare module "x"` as a declaration file writes them. */
const SPECIFIER = /(\b(?:from|import|module)\s*\(?\s*")([^"]+)(")/g;

const emitted = mkdtempSync(join(tmpdir(), "agents-types-"));
try {
  for (const program of PROGRAMS) emit(program);
  const files = readdirSync(emitted, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".d.ts"));
  for (const file of files) publish(file);
} finally {
  rmSync(emitted, { recursive: true, force: true });
}

function emit(program: string): void {
  const flags = [
    "--noEmit",
    "false",
    "--declaration",
    "--emitDeclarationOnly",
    "--rootDir",
    packagesDir,
    "--outDir",
    emitted,
  ];
  execFileSync(process.execPath, [tsc, "-p", join(packageDir, program), ...flags], { stdio: "inherit" });
}

/** Writes one emitted file to its published place, with every specifier of ours turned into a relative one. */
function publish(file: string): void {
  const target = publishedPath(file);
  const source = readFileSync(join(emitted, file), "utf8");
  const text = source.replace(SPECIFIER, (whole, before: string, specifier: string, after: string) => {
    const found = emittedFile(file, specifier);
    return found === undefined ? whole : before + relativeSpecifier(target, publishedPath(found)) + after;
  });
  mkdirSync(dirname(join(distDir, target)), { recursive: true });
  writeFileSync(join(distDir, target), text);
}

/** The emitted file a specifier of ours names, relative to the folder of packages; undefined for anybody else's. */
function emittedFile(importer: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return join(dirname(importer), specifier).replace(/(\.d)?\.tsx?$/, ".d.ts");
  const internal = /^@agents-internal\/([^/]+)(\/.+)?$/.exec(specifier);
  if (internal === null) return undefined;
  const [, name = "", subpath = ""] = internal;
  const manifest: { exports: Record<string, string> } = JSON.parse(
    readFileSync(join(packagesDir, name, "package.json"), "utf8"),
  );
  const entry = manifest.exports[`.${subpath}`];
  if (entry === undefined) throw new Error(`${specifier} is not exported by packages/${name}`);
  return join(name, entry).replace(/\.tsx?$/, ".d.ts");
}

/** `server/src/mcp/index.d.ts` → `types/server/mcp/index.d.ts`; the entries themselves lie at the top. */
function publishedPath(file: string): string {
  const [name = "", , ...rest] = file.split(sep);
  return name === "agents" ? join(...rest) : join("types", name, ...rest);
}

function relativeSpecifier(from: string, to: string): string {
  const path = relative(dirname(from), to)
    .split(sep)
    .join("/")
    .replace(/\.d\.ts$/, ".js");
  return path.startsWith(".") ? path : `./${path}`;
}
