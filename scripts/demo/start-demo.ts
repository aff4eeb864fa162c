// Starts the whole demo in this process: builds what is stale, then the local providers, then the dashboard in workerd.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type RunningProviders, startProviders, type StartProvidersOptions } from "providers";
import { createServer, type ViteDevServer } from "vite";
import { runCommand } from "../check/command.ts";
import { ROOT } from "../check/paths.ts";
import { turboCommand } from "../check/pnpm.ts";
import { ensureLocalSecret } from "./local-secret.ts";

export type DemoOptions = {
  /** Ports wished for; 0 takes any free one. A taken port is named through `log` and another one is used. */
  readonly ports?: { readonly dashboard?: number; readonly providers?: number };
  /** Where sign-ins and the agents' databases are kept. Default `.state` in the checkout. */
  readonly stateDir?: string;
  /** One line at a time, for a person. Default: silent. */
  readonly log?: (line: string) => void;
  /** False when `packages/agents` has been built already. */
  readonly build?: boolean;
  /** Passed on to the providers, for tests: short lifetimes, test controls, COOP. */
  readonly providers?: Pick<StartProvidersOptions, "ttl" | "control" | "coop" | "now">;
};

export type RunningDemo = {
  /** The dashboard's address. */
  readonly url: string;
  readonly providers: RunningProviders;
  /** Stops everything; safe to call twice. */
  close(): Promise<void>;
};

const DASHBOARD = join(ROOT, "apps/dashboard");
const DEFAULT_PORT = 5173;

/** Rejects, with nothing left running, when the build fails or a server cannot start. */
export async function startDemo(options: DemoOptions = {}): Promise<RunningDemo> {
  const { ports = {}, stateDir = join(ROOT, ".state"), log = () => {}, build = true } = options;
  mkdirSync(stateDir, { recursive: true });

  if (build) await timed(log, "built agents", buildAgents);
  const providers = await timed(log, "started the providers", () =>
    startProviders({
      ...options.providers,
      ...(ports.providers === undefined ? {} : { ports: ports.providers }),
      statePath: join(stateDir, "providers.json"),
      log,
    }),
  );
  for (const { name, url, auth } of providers.list) log(`    ${name.padEnd(11)} ${url} (${auth})`);
  try {
    if (ensureLocalSecret(join(DASHBOARD, ".dev.vars")))
      log("  made a secret for this machine (apps/dashboard/.dev.vars)");
    const wished = ports.dashboard ?? DEFAULT_PORT;
    const server = await timed(log, "started the dashboard", () => startDashboard(wished, stateDir, providers));
    const port = portOf(server);
    if (wished !== 0 && port !== wished) log(`  port ${wished} is taken; using ${port}`);
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      await server.close();
      await providers.close();
    };
    return { url: `http://localhost:${port}`, providers, close: () => (closing ??= close()) };
  } catch (error) {
    await providers.close();
    throw error;
  }
}

async function buildAgents(): Promise<void> {
  const result = await runCommand(turboCommand("run", "build", "--filter=agents"));
  if (result.exitCode !== 0) throw new Error(`the build of agents failed:\n${result.output}`);
}

async function startDashboard(port: number, stateDir: string, providers: RunningProviders): Promise<ViteDevServer> {
  // The dashboard's own vite.config.ts reads both: Vite hands no options through to a plugin.
  process.env["DASHBOARD_STATE"] = join(stateDir, "worker");
  process.env["DASHBOARD_VARS"] = JSON.stringify({
    PROVIDERS: JSON.stringify(providers.list),
    AGENTS_ALLOW_ORIGINS: Object.values(providers.urls).join(","),
  });
  const server = await createServer({
    root: DASHBOARD,
    configFile: join(DASHBOARD, "vite.config.ts"),
    logLevel: "warn",
    clearScreen: false,
    server: { host: "localhost", port, strictPort: false },
  });
  try {
    await server.listen();
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}

function portOf(server: ViteDevServer): number {
  const address = server.httpServer?.address();
  if (typeof address !== "object" || address === null) throw new Error("the dashboard has no address");
  return address.port;
}

async function timed<T>(log: (line: string) => void, what: string, act: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await act();
  log(`  ${what} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return result;
}
