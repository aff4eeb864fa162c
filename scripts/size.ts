// What a user's bundle weighs: the smallest Worker, the hook and the client, minified and gzipped.
// `node scripts/size.ts [folder]` measures a second `agents`, installed in that folder, the same way beside ours.
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { ROOT } from "./check/paths.ts";

const ENTRIES = {
  "smallest Worker": `import { Agent, routeAgentRequest } from "agents";
export class MyAgent extends Agent {}
export default { fetch: (request, env) => routeAgentRequest(request, env) };`,
  "agents/react, react external": `export { useAgent } from "agents/react";`,
  "agents/client": `export { AgentClient } from "agents/client";`,
} as const;

interface Size {
  readonly minified: number;
  readonly gzip: number;
}

async function measure(source: string, resolveDir: string): Promise<Size> {
  const result = await build({
    stdin: { contents: source, resolveDir, loader: "js" },
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

/** A folder in which `agents` is the one built here. */
function ourFolder(): string {
  return join(ROOT, "apps/dashboard");
}

const beside = process.argv[2];
for (const [name, source] of Object.entries(ENTRIES)) {
  const ours = await measure(source, ourFolder());
  const line = `${name}: ${ours.minified} B minified, ${ours.gzip} B gzip`;
  if (beside === undefined) {
    console.log(line);
  } else {
    const other = await measure(source, resolve(beside));
    console.log(`${line}; beside it ${other.minified} / ${other.gzip} B, ratio ${(ours.gzip / other.gzip).toFixed(2)}`);
  }
}
