// The Worker in real workerd, made of the built package as a user's bundler would make it.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const APP = resolve(dirname(fileURLToPath(import.meta.url)), "..");
/** A ring with one key, so that everything is sealed as in production. */
const VAULT_KEYS = `k1:${Buffer.alloc(32, 7).toString("base64")}`;

export interface Runtime {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  /** Every line the Worker logged. */
  readonly output: readonly string[];
  dispose(): Promise<void>;
}

export async function startRuntime(): Promise<Runtime> {
  const output: string[] = [];
  const options = convertV4MiniflareOptions({
    name: "conformance",
    host: "127.0.0.1",
    port: 0,
    modules: [{ type: "ESModule", path: "worker.js", contents: await bundle() }],
    compatibilityDate: "2026-10-01",
    compatibilityFlags: ["nodejs_compat"],
    bindings: { AGENTS_VAULT_KEYS: VAULT_KEYS },
    durableObjects: { Referee: { className: "Referee", useSQLite: true } },
  } as Parameters<typeof convertV4MiniflareOptions>[0]);
  const miniflare = new Miniflare({
    ...options,
    handleStructuredLogs: ({ message }: { message: string }) => void output.push(message),
  });
  const { port } = await miniflare.ready;
  return { origin: `http://127.0.0.1:${port}`, output, dispose: () => miniflare.dispose() };
}

async function bundle(): Promise<string> {
  const result = await build({
    entryPoints: [resolve(APP, "worker/worker.ts")],
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "silent",
  });
  const [file] = result.outputFiles;
  if (!file) throw new Error("nothing was bundled");
  return file.text;
}
