// One `workerd serve` with a Worker in it and its Durable Objects in files.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import workerd from "workerd";
import { type ProcessUsage, usageOf } from "./process-usage.ts";
import type { Profiler } from "./profile/profiler.ts";

export interface Runtime {
  /** `http://127.0.0.1:PORT`; another after a restart. */
  readonly origin: string;
  readonly usage: ProcessUsage;
  /** What the process and the clock say of `act`. Stretches have names for profiles; those of one name are one. */
  spend(stretch: string, act: () => Promise<unknown>): Promise<Spent>;
  /** Calls a method of an agent over RPC, and throws what it throws. */
  call(agent: AgentName, method: string, ...args: readonly unknown[]): Promise<unknown>;
  /** End the process and start another on the same storage. The script is loaded, no object is. */
  restart(): Promise<void>;
  dispose(): Promise<void>;
}

/** ms, both. */
export interface Spent {
  readonly cpu: number;
  readonly wall: number;
}

/** `Class/name` */
export type AgentName = `${string}/${string}`;

export interface RuntimeOptions {
  readonly script: Uint8Array;
  readonly classes: readonly string[];
  /** With one, stretches are profiled: their figures are no longer to be quoted. */
  readonly profiler?: Profiler | undefined;
}

const VAULT_KEYS = `k1:${Buffer.alloc(32, 7).toString("base64")}`;

/**
 * Where files are in memory, or the usual place. What a disk's file system does to make one differs by the hour, and is most of what
 * a new object costs there; it is neither package's.
 */
const MEMORY_FILES = "/dev/shm";
/** Bytes: what the largest scenario writes, several times over. Containers often have 64 MB there. */
const ROOM = 1e9;

function scratch(): string {
  if (!existsSync(MEMORY_FILES)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY_FILES);
  return bavail * bsize >= ROOM ? MEMORY_FILES : tmpdir();
}

export async function startRuntime({ script, classes, profiler }: RuntimeOptions): Promise<Runtime> {
  const folder = mkdtempSync(join(scratch(), "agents-bench-"));
  folders.add(folder);
  mkdirSync(join(folder, "storage"));
  writeFileSync(join(folder, "worker.js"), script);
  writeFileSync(join(folder, "config.capnp"), configOf(classes));
  const start = () => launch(folder, profiler !== undefined);
  let server = await start();

  return {
    get origin() {
      return server.origin;
    },
    get usage() {
      return server.usage;
    },
    async spend(stretch, act) {
      const measured = () => measure(server.usage, act);
      return profiler === undefined ? measured() : profiler.during(server.inspector, stretch, measured);
    },
    async call(agent, method, ...args) {
      const response = await fetch(`${server.origin}/do/${agent}/${method}`, {
        method: "POST",
        body: JSON.stringify(args),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${agent} ${method}: ${response.status} ${text}\n${server.output.join("\n")}`);
      return (JSON.parse(text) as { result: unknown }).result;
    },
    async restart() {
      await end(server.child);
      server = await start();
    },
    async dispose() {
      await end(server.child);
      rmSync(folder, { recursive: true, force: true });
      folders.delete(folder);
    },
  };
}

async function measure(usage: ProcessUsage, act: () => Promise<unknown>): Promise<Spent> {
  const cpu = usage.cpu();
  const start = performance.now();
  await act();
  const wall = performance.now() - start;
  return { cpu: usage.cpu() - cpu, wall };
}

/** A benchmark that ends early leaves nothing behind. */
const running = new Set<ChildProcess>();
const folders = new Set<string>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

interface Running {
  readonly child: ChildProcess;
  readonly origin: string;
  /** The same of its inspector, where there is one. */
  readonly inspector: string;
  readonly usage: ProcessUsage;
  /** What it complained of. */
  readonly output: string[];
}

async function launch(folder: string, profiled: boolean): Promise<Running> {
  // The control pipe says which ports were taken.
  const ports = ["--control-fd=3", ...(profiled ? ["--inspector-addr=127.0.0.1:0"] : [])];
  const child = spawn(workerd.default, ["serve", ...ports, "--experimental", "config.capnp"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  if (child.pid === undefined) throw new Error("workerd did not start");
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data: Buffer) => output.push(String(data)));
  running.add(child);
  const listening = await portsOf(child.stdio[3] as Readable);
  if (listening === undefined) throw new Error(`workerd does not listen: ${output.join("")}`);
  const origin = `http://127.0.0.1:${listening.port}`;
  await (await fetch(`${origin}/ready`)).text();
  return { child, origin, inspector: `http://127.0.0.1:${listening.inspector}`, usage: usageOf(child.pid), output };
}

/** The inspector, where there is one, listens first. */
async function portsOf(control: Readable): Promise<{ readonly port: number; readonly inspector: number } | undefined> {
  let inspector = 0;
  for await (const line of createInterface({ input: control })) {
    const { event, port = 0 } = JSON.parse(line) as { readonly event: string; readonly port?: number };
    if (event === "listen-inspector") inspector = port;
    if (event === "listen") return { port, inspector };
  }
  return undefined;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
  running.delete(child);
}

function configOf(classes: readonly string[]): string {
  const namespaces = classes.map((name) => `(className = "${name}", uniqueKey = "bench-${name}", enableSql = true)`);
  const bindings = classes.map((name) => `(name = "${name}", durableObjectNamespace = "${name}")`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "storage", disk = (path = "storage", writable = true)),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-10-01",
  bindings = [
    (name = "AGENTS_VAULT_KEYS", text = "${VAULT_KEYS}"),
    (name = "AGENTS_ALLOW_ORIGINS", text = "http://127.0.0.1:*"),
    ${bindings.join(",\n    ")}
  ],
  durableObjectNamespaces = [${namespaces.join(", ")}],
  durableObjectStorage = (localDisk = "storage"),
);
`;
}
