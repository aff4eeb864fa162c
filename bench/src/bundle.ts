// Makes one script of a Worker's source and the package of a side, as a user's bundler would.
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { BENCH } from "./paths.ts";
import type { Side } from "./side.ts";

const cache = new Map<string, Promise<Uint8Array>>();

/** `file` lies in `bench/worker`. */
export function bundleWorker(file: string, side: Side): Promise<Uint8Array> {
  const key = `${side.folder} ${file}`;
  const made =
    cache.get(key) ?? bundle(`export * from "./${file}"; export { default } from "./${file}";`, side.folder, []);
  cache.set(key, made);
  return made;
}

/** Minified. Packages that `source` and our own Workers name are those of `folder`. */
export async function bundle(source: string, folder: string, external: readonly string[]): Promise<Uint8Array> {
  const result = await build({
    stdin: { contents: source, resolveDir: join(BENCH, "worker"), loader: "js" },
    plugins: [packagesOf(folder)],
    bundle: true,
    minify: true,
    // Names of Durable Object classes are part of their addresses.
    keepNames: external.length === 0,
    write: false,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "browser"],
    // Dependencies of the reference ask for these without the prefix; workerd has them with it.
    alias: {
      ...Object.fromEntries(["async_hooks", "path", "util", "events"].map((name) => [name, `node:${name}`])),
      "cloudflare:email": join(BENCH, "worker/email.ts"),
    },
    external: ["cloudflare:*", "node:*", ...external],
    logLevel: "error",
  });
  const [file] = result.outputFiles;
  if (!file) throw new Error("nothing was bundled");
  return file.contents;
}

/** What a Worker of the benchmark imports comes from where the side was installed. */
function packagesOf(folder: string): Plugin {
  return {
    name: "packages-of-a-side",
    setup({ onResolve, resolve }) {
      onResolve({ filter: /^(agents|@modelcontextprotocol)(\/|$)/ }, ({ path, kind, resolveDir }) =>
        resolveDir.startsWith(join(BENCH, "worker")) ? resolve(path, { kind, resolveDir: folder }) : undefined,
      );
    },
  };
}
