// A Worker on the built package in real workerd, with a made-up internet around it and its storage on disk.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare, Response as MiniflareResponse } from "miniflare";

export interface RuntimeOptions {
  /** The Worker's source; imports `agents` as a user does. */
  readonly entry: string;
  /** Durable Object classes it exports, each bound under its own name. */
  readonly classes: readonly string[];
  /** Answers whatever the Worker fetches. */
  readonly internet: (request: Request) => Promise<Response>;
  readonly bindings?: Bindings;
  readonly kvNamespaces?: readonly string[];
  /** Packages that stand in for others: name → path. */
  readonly alias?: Readonly<Record<string, string>>;
}

export type Bindings = Readonly<Record<string, string>>;

export interface Memory {
  readonly heap: number;
  readonly process: number;
}

export interface Runtime {
  /** `http://127.0.0.1:port` of the running Worker. The same over restarts. */
  readonly origin: string;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** The same Worker reached under another address, as over a custom domain. */
  fetchAs(request: Request): Promise<Response>;
  /**
   * Drop an object from memory; its rows and sockets stay. Only one that is at rest: with a request on its way or a stream
   * open, the whole Worker stands still for 30 s and the eviction may fail.
   */
  evict(className: string, name: string): Promise<void>;
  /** Kill workerd with SIGKILL and start it again on the same storage. */
  crash(): Promise<void>;
  /** Stop and start on the same storage, with other variables, and where `alias` is given with other packages. */
  restart(bindings: Bindings, alias?: RuntimeOptions["alias"]): Promise<void>;
  /** What the Worker's heap holds after a collection, and the whole process, in bytes. */
  memory(): Promise<Memory>;
  /** Every line the Worker logged. */
  readonly output: string[];
  /** Every byte of every database file, as Latin-1 text. */
  dump(): string;
  dispose(): Promise<void>;
}

const SCRIPT = "app";

export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { entry, classes, internet, alias = {} } = options;
  let script = await bundle(entry, alias);
  const storage = mkdtempSync(join(tmpdir(), "agents-runtime-"));
  const output: string[] = [];
  let port = 0;
  let bindings: Bindings = options.bindings ?? {};

  const start = () =>
    new Miniflare({
      ...convertV4MiniflareOptions({
        name: SCRIPT,
        host: "127.0.0.1",
        port,
        modules: [{ type: "ESModule", path: "worker.js", contents: script }],
        compatibilityDate: "2026-10-01",
        compatibilityFlags: ["nodejs_compat"],
        bindings: { ...bindings },
        kvNamespaces: [...(options.kvNamespaces ?? [])],
        durableObjects: Object.fromEntries(classes.map((className) => [className, { className, useSQLite: true }])),
        outboundService: (request: Request) => throughPlatform(request, internet),
      } as Parameters<typeof convertV4MiniflareOptions>[0]),
      resourcePersistencePath: storage,
      inspectorPort: 0,
      handleStructuredLogs: ({ message }) => void output.push(message),
    });
  let miniflare = start();
  port = Number((await miniflare.ready).port);
  const origin = `http://127.0.0.1:${port}`;

  return {
    origin,
    output,
    async fetch(path, init) {
      // After a long look through a dump: a connection that the Worker closed meanwhile has to be noticed, not used again.
      await nextTurn();
      return fetch(new URL(path, origin), { redirect: "manual", ...init });
    },
    async fetchAs(request) {
      const { url, method, headers } = request;
      const body = method === "GET" || method === "HEAD" ? null : await request.arrayBuffer();
      const init = { method, headers: [...headers] as [string, string][], body, redirect: "manual" as const };
      const response = await miniflare.dispatchFetch(url, init);
      return new Response(await response.arrayBuffer(), { status: response.status, headers: [...response.headers] });
    },
    evict: (className, name) =>
      miniflare.unsafeEvictDurableObject(SCRIPT, className, { name, webSockets: "hibernate" }),
    async crash() {
      for (const pid of childrenNamed("workerd")) process.kill(pid, "SIGKILL");
      await miniflare.dispose().catch(() => undefined);
      miniflare = start();
      await miniflare.ready;
    },
    async restart(next, packages) {
      await miniflare.dispose();
      if (packages) script = await bundle(entry, packages);
      bindings = next;
      miniflare = start();
      await miniflare.ready;
    },
    async memory() {
      const inspector = new URL(`/core:user:${SCRIPT}`, await miniflare.getInspectorURL());
      const [pid] = childrenNamed("workerd");
      const resident = execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" });
      return { heap: await readHeap(inspector), process: Number(resident) * 1024 };
    },
    dump() {
      for (;;) {
        const files = readdirSync(storage, { recursive: true, encoding: "utf8" });
        try {
          return files
            .filter((file) => /\.sqlite(-wal)?$/.test(file))
            .map((file) => readFileSync(join(storage, file), "latin1"))
            .join("\n");
        } catch (error) {
          // A log was folded into its database meanwhile: what it held is there now.
          if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
        }
      }
    },
    async dispose() {
      await miniflare.dispose();
      rmSync(storage, { recursive: true, force: true });
    },
  };
}

/** Miniflare has classes of its own for what Node has globally. */
async function throughPlatform(request: Request, internet: RuntimeOptions["internet"]): Promise<MiniflareResponse> {
  const { url, method, headers } = request;
  const body = method === "GET" || method === "HEAD" ? null : await request.arrayBuffer();
  const asked = new Request(url, { method, headers: [...headers], body, redirect: "manual" });
  // A Worker gets an answer of the edge where other programs see a connection fail.
  const response = await internet(asked).catch(() => new Response("error code: 1016", { status: 530 }));
  const init = { status: response.status, headers: [...response.headers] as [string, string][] };
  return new MiniflareResponse(response.body as ConstructorParameters<typeof MiniflareResponse>[0], init);
}

/** As a user's bundler does it: what the Workers platform brings stays outside. */
async function bundle(entry: string, alias: Readonly<Record<string, string>>): Promise<string> {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    alias: { ...alias },
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

/** Bytes in use once what nobody holds is collected, which happens before a snapshot is taken, as the inspector counts them. */
function readHeap(inspector: URL): Promise<number> {
  const socket = new WebSocket(inspector);
  const steps = ["HeapProfiler.takeHeapSnapshot", "Runtime.getHeapUsage"];
  const ask = (id: number) => socket.send(JSON.stringify({ id, method: steps[id] }));
  return new Promise<number>((resolve, reject) => {
    socket.addEventListener("open", () => ask(0));
    socket.addEventListener("error", () => reject(new Error("no inspector")));
    socket.addEventListener("message", ({ data }) => {
      const { id, result } = JSON.parse(String(data)) as {
        readonly id?: number;
        readonly result?: { usedSize?: number };
      };
      if (id === 0) ask(1);
      if (id === 1) resolve(result?.usedSize ?? 0);
    });
  }).finally(() => socket.close());
}

/** Processes that this test started, and no others. */
function childrenNamed(name: string): readonly number[] {
  const table = execFileSync("ps", ["-e", "-o", "pid=,ppid=,comm="], { encoding: "utf8" });
  return table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, command]) => Number(parent) === process.pid && command === name)
    .map(([pid]) => Number(pid));
}
