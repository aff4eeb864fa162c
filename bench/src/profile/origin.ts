// Where a place in a bundle comes from: which package, and which module of it.
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";

export interface Origin {
  /** `@modelcontextprotocol/client`; `bench` for the Worker of the benchmark itself. */
  readonly packageName: string;
  /** The file in the package, or the one it was made from where the package says so. */
  readonly module: string;
}

/** From 0, both. */
export type OriginOf = (line: number, column: number) => Origin;

/** `map`: the bundle's source map as esbuild writes it, with paths from `folder`. */
export function originsOf(map: string, resolve: (source: string) => string): OriginOf {
  const sourceMap = new SourceMap(JSON.parse(map));
  const modules = new Map<string, (line: number) => string | undefined>();
  return (line, column) => {
    const entry = sourceMap.findEntry(line, column);
    if (!("originalSource" in entry)) return { packageName: "bench", module: "bundler's own" };
    const { packageName, path } = placeOf(entry.originalSource);
    const markers = modules.get(entry.originalSource) ?? markersIn(resolve(entry.originalSource));
    modules.set(entry.originalSource, markers);
    return { packageName, module: markers(entry.originalLine) ?? path };
  };
}

export function placeOf(source: string): { readonly packageName: string; readonly path: string } {
  const [, name = "bench", path = source] = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\/(.*)$/.exec(source) ?? [];
  return { packageName: name, path };
}

/** esbuild, with which this package is built, says before each module where it came from: `// ../server/src/mcp/calls.ts`. */
function markersIn(file: string): (line: number) => string | undefined {
  const lines = readLines(file);
  const at = lines.flatMap((line, index) => {
    const path = /^\/\/ \.\.\/(\S+\.tsx?)$/.exec(line)?.[1];
    return path === undefined ? [] : [{ index, path: path.replace("/src/", "/") }];
  });
  return (line) => at.findLast(({ index }) => index <= line)?.path;
}

/** A source map may name files that were not published. */
function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch {
    return [];
  }
}
