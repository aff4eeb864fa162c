// Starts, restarts and stops the demo for one test file.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { DemoMessage, DemoRequest } from "./demo-process.ts";
import { freePortRow } from "./free-ports.ts";

export interface Demo {
  readonly url: string;
  /** Origin of one of the providers, or of `auth`. */
  origin(server: string): string;
  /** Switches one of the providers' test controls, such as `coop/on` of `auth`. */
  control(server: string, act: string): Promise<void>;
  /** Ends the whole demo and starts it again on the same ports and the same stored state. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL("./demo-process.ts", import.meta.url));
/** The authorization server and five MCP servers. */
const PROVIDERS = 6;

export async function startDemoProcess(): Promise<Demo> {
  const stateDir = await mkdtemp(join(tmpdir(), "dashboard-e2e-"));
  const providersPort = await freePortRow(PROVIDERS);
  let running = await launch({
    dashboardPort: 0,
    providersPort,
    stateDir,
    build: process.env.E2E_SKIP_BUILD === undefined,
  });
  const { url, providers } = running;
  return {
    url,
    origin: (server) => providers[server] ?? "",
    async control(server, act) {
      const answer = await fetch(`${providers[server]}/__test/${act}`, { method: "POST" });
      if (!answer.ok) throw new Error(`${server} does not know ${act}`);
    },
    async restart() {
      await end(running.child);
      running = await launch({ dashboardPort: Number(new URL(url).port), providersPort, stateDir, build: false });
      if (running.url !== url) throw new Error(`the dashboard came back at ${running.url}, not at ${url}`);
    },
    async stop() {
      await end(running.child);
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly providers: Readonly<Record<string, string>>;
}

async function launch(request: DemoRequest): Promise<Running> {
  const child = fork(PROGRAM, [JSON.stringify(request)], { stdio: ["ignore", "pipe", "pipe", "ipc"], execArgv: [] });
  let output = "";
  child.stdout?.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr?.on("data", (data: Buffer) => (output += data.toString()));
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the demo ended with ${code}:\n${output}`)));
    child.on("message", (message: DemoMessage) => {
      if (message.type === "log") output += `${message.line}\n`;
      else resolve({ child, url: message.url, providers: message.providers });
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, "exit");
  child.removeAllListeners("exit");
  child.send("stop");
  await Promise.race([gone, once(child, "exit")]);
}
