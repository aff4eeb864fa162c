// What a user's bundle weighs: the smallest Worker, the hook and the client, minified and gzipped, each with its budget.
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { ROOT } from "./paths.ts";

export interface Entry {
  readonly name: string;
  readonly source: string;
  /** Bytes after gzip. Raise it only for something that is worth it to everybody who loads the entry. */
  readonly budget: number;
}

export const ENTRIES: readonly Entry[] = [
  {
    name: "smallest Worker",
    source: `import { Agent, routeAgentRequest } from "agents";
export class MyAgent extends Agent {}
export default { fetch: (request, env) => routeAgentRequest(request, env) };`,
    budget: 115_000,
  },
  { name: "useAgent without React", source: `export { useAgent } from "agents/react";`, budget: 8400 },
  { name: "AgentClient", source: `export { AgentClient } from "agents/client";`, budget: 8000 },
];

/** A folder in which `agents` is the one built here. */
export const OWN_FOLDER = join(ROOT, "apps/dashboard");

/** Bundled as a user would, with the `agents` that `folder` finds. */
export async function measure({ source }: Entry, folder: string): Promise<{ minified: number; gzip: number }> {
  const result = await build({
    stdin: { contents: source, resolveDir: folder, loader: "js" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*", "react", "react/*", "react-dom", "async_hooks", "path", "util", "events"],
    logLevel: "error",
  });
  const [file] = result.outputFiles;
  if (!file) throw new Error("nothing was bundled");
  return { minified: file.contents.length, gzip: gzipSync(file.contents, { level: 9 }).length };
}
