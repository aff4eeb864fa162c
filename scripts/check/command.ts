// Runs one command of the tool chain to its end and keeps what it said.
import { spawn } from "node:child_process";
import { delimiter, join, resolve } from "node:path";
import { ROOT } from "./paths.ts";

export type CommandResult = { readonly exitCode: number; readonly output: string };

export type CommandOptions = {
  /** Relative to the root of the checkout. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with every piece of output as it comes. */
  readonly onOutput?: (text: string) => void;
};

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
      shell: process.platform === "win32",
    });
    const keep = (chunk: Buffer): void => {
      output.push(chunk.toString());
      options.onOutput?.(chunk.toString());
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => done({ exitCode: 127, output: `${file}: ${error.message}\n` }));
    child.on("close", (code) => done({ exitCode: code ?? 1, output: output.join("") }));
  });
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
