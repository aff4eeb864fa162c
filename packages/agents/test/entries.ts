// What each entry of the built package consists of: its own file and every chunk it reaches.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const PACKAGE_DIR = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const DIST = join(PACKAGE_DIR, "dist");

export const ENTRIES = ["index", "mcp", "react", "client", "testing"] as const;
export type Entry = (typeof ENTRIES)[number];

/** Every module from outside the package that importing `entry` would load, sorted. */
export function externalImports(entry: Entry): readonly string[] {
  return reachedFrom(`${entry}.js`, (specifier) => specifier);
}

/** The same for whoever type-checks against `entry`. */
export function declaredImports(entry: Entry): readonly string[] {
  return reachedFrom(`${entry}.d.ts`, (specifier) => specifier.replace(/\.js$/, ".d.ts"));
}

function reachedFrom(start: string, toFile: (specifier: string) => string): readonly string[] {
  const seen = new Set<string>();
  const external = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const specifier of staticImports(readFileSync(file, "utf8"))) {
      if (specifier.startsWith(".")) visit(resolve(dirname(file), toFile(specifier)));
      else external.add(specifier);
    }
  };
  visit(join(DIST, start));
  return [...external].toSorted();
}

/** The names an entry exports, read from the one `export { … }` its bundle ends with. */
export function exportedNames(entry: Entry): readonly string[] {
  const text = readFileSync(join(DIST, `${entry}.js`), "utf8");
  return [...text.matchAll(/^export \{([^}]*)\}/gm)]
    .flatMap(([, list = ""]) => list.split(","))
    .map((name) => name.trim().split(" as ").at(-1) ?? "")
    .filter((name) => name !== "")
    .toSorted();
}

/** The types and values an entry's declaration file exports. */
export function declaredNames(entry: Entry): readonly string[] {
  const text = readFileSync(join(DIST, `${entry}.d.ts`), "utf8");
  return [...text.matchAll(/export (?:type )?\{([^}]*)\}/g)]
    .flatMap(([, list = ""]) => list.split(","))
    .map(
      (name) =>
        name
          .trim()
          .replace(/^type /, "")
          .split(" as ")
          .at(-1) ?? "",
    )
    .filter((name) => name !== "")
    .toSorted();
}

export function firstLine(entry: Entry): string {
  return readFileSync(join(DIST, `${entry}.js`), "utf8").split("\n", 1)[0] ?? "";
}

/** `import … from "x"`, `import "x"`, `export … from "x"`: the bundler writes each on lines of its own. */
function staticImports(text: string): readonly string[] {
  return [...text.matchAll(/^(?:import|export)\b(?:[^;"']*\bfrom)?\s*["']([^"']+)["']/gm)].map(
    ([, specifier = ""]) => specifier,
  );
}
