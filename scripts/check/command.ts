// Runs one command of the tool chain to its end and keeps what it said.
import { type ChildProcess, spawn } from "node:child_process";
import { delimiter, join, resolve } from "node:path";
import { ROOT } from "./paths.ts";

export type CommandResult = { readonly exitCode: number; readonly output: string };

export type CommandOptions = {
  /** Relative to the root of the checkout. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** After this long the command and everything it started is ended, with exit code 124. Default 5 minutes. */
  readonly timeoutMs?: number;
  /** Called with every piece of output as it comes. */
  readonly onOutput?: (text: string) => void;
};

const DEFAULT_TIMEOUT_MS = 300_000;
const running = new Set<ChildProcess>();

/**
 * Runs `command` with the checkout's own tools first on the PATH. Resolves with the exit code, also when it is not 0;
 * a command that cannot be started resolves with 127 and the reason as its output.
 */
export function runCommand(command: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [file = "", ...args] = command;
  return new Promise((done) => {
    const output: string[] = [];
    const child = spawn(windowsShim(file), args, {
      cwd: resolve(ROOT, options.cwd ?? "."),
      env: { ...toolEnvironment(), ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own, so that it can be ended with all its children.
      detached: process.platform !== "win32",
      shell: process.platform === "win32",
    });
    const keep = (chunk: Buffer): void => {
      output.push(chunk.toString());
      options.onOutput?.(chunk.toString());
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      output.push(`\nstill running after ${Math.round(timeoutMs / 1000)} s: ended\n`);
      endGroup(child);
    }, timeoutMs);
    const finish = (exitCode: number): void => {
      clearTimeout(timer);
      running.delete(child);
      done({ exitCode: timedOut ? 124 : exitCode, output: output.join("") });
    };
    running.add(child);
    child.on("error", (error) => {
      output.push(`${file}: ${error.message}\n`);
      finish(127);
    });
    child.on("close", (code) => finish(code ?? 1));
  });
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}

/** Ends every command that is still running; for a process that is told to stop. */
export function endCommands(): void {
  for (const child of running) endGroup(child);
}

/** The root's tools come first, and with them the Node the lockfile pins; telemetry and colours are off. */
export function toolEnvironment(): Record<string, string> {
  const { PATH = "", ...rest } = process.env as Record<string, string>;
  return {
    ...rest,
    PATH: [join(ROOT, "node_modules/.bin"), PATH].join(delimiter),
    TURBO_TELEMETRY_DISABLED: "1",
    WRANGLER_SEND_METRICS: "false",
    DO_NOT_TRACK: "1",
    NO_COLOR: "1",
  };
}

function windowsShim(file: string): string {
  return process.platform === "win32" && file.includes(" ") ? `"${file}"` : file;
}
