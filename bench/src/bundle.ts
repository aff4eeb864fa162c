// Makes one script of a Worker's source and the package of a side, as a user's bundler would.
import { join } from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";
import { BENCH } from "./paths.ts";
import type { Side } from "./side.ts";

export interface Bundle {
  readonly script: Uint8Array;
  /** Of what is to be read by people: the source map, with paths from `WORKERS`. */
  readonly map?: string;
  /** Bytes of each file that went into it, by path from `WORKERS`. */
  readonly bytes: ReadonlyMap<string, number>;
}

/** Where the Workers of the benchmark lie. */
export const WORKERS = join(BENCH, "worker");

const cache = new Map<string, Promise<Bundle>>();

/** `file` lies in `WORKERS`. Minified, unless the side is profiled. */
export function bundleWorker(file: string, side: Side): Promise<Bundle> {
  const readable = side.profiler !== undefined;
  const key = `${side.folder} ${file} ${readable}`;
  const source = `export * from "./${file}"; export { default } from "./${file}";`;
  const made = cache.get(key) ?? bundle(source, side.folder, { readable });
  cache.set(key, made);
  return made;
}

export interface BundleOptions {
  readonly external?: readonly string[];
  /** Names and lines stay, and there is a source map. */
  readonly readable?: boolean;
}

/** Packages that `source` and our own Workers name are those of `folder`. */
export async function bundle(
  source: string,
  folder: string,
  { external = [], readable = false }: BundleOptions,
): Promise<Bundle> {
  // Names of Durable Object classes are part of their addresses.
  const small: BuildOptions = { minify: true, keepNames: external.length === 0 };
  const { outputFiles, metafile } = await build({
    ...(readable ? { sourcemap: "external", outfile: join(WORKERS, "bundle.js") } : small),
    stdin: { contents: source, resolveDir: WORKERS, loader: "js" },
    plugins: [packagesOf(folder)],
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "browser"],
    // Dependencies of the reference ask for these without the prefix; workerd has them with it.
    alias: {
      ...Object.fromEntries(["async_hooks", "path", "util", "events"].map((name) => [name, `node:${name}`])),
      "cloudflare:email": join(WORKERS, "email.ts"),
    },
    external: ["cloudflare:*", "node:*", ...external],
    logLevel: "error",
  });
  const script = outputFiles.find(({ path }) => !path.endsWith(".map"));
  const map = outputFiles.find(({ path }) => path.endsWith(".map"));
  if (!script) throw new Error("nothing was bundled");
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const bytes = new Map(inputs.map(([path, { bytesInOutput }]) => [path, bytesInOutput]));
  return { script: script.contents, bytes, ...(map && { map: map.text }) };
}

/** What a Worker of the benchmark imports comes from where the side was installed. */
function packagesOf(folder: string): Plugin {
  return {
    name: "packages-of-a-side",
    setup({ onResolve, resolve }) {
      onResolve({ filter: /^(agents|ai|@modelcontextprotocol)(\/|$)/ }, ({ path, kind, resolveDir }) =>
        resolveDir.startsWith(WORKERS) ? resolve(path, { kind, resolveDir: folder }) : undefined,
      );
    },
  };
}
