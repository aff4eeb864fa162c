// The steps of a connection that a developer may take one by one: register, connect, list, remove.
import type { RemovalReport, SignOutReport } from "@agents-internal/protocol";
import type { ServerAdder } from "./add-server.ts";
import { toResult } from "./add-server.ts";
import type { Connections } from "./connections.ts";
import { whenAborted, withDeadline } from "../deadline.ts";
import { McpError } from "../errors.ts";
import { NOTHING_REMOVED, type ServerRunner } from "../lifecycle/runner.ts";
import { toPublicState } from "../lifecycle/to-public-state.ts";
import type { OAuth } from "../oauth/oauth.ts";
import type { MCPConnectionResult, MCPDiscoverResult, RegisterServerOptions } from "../options.ts";

/** ms */
const DISCOVER_TIMEOUT = 15_000;

/** Disconnect and delete. Ends when the last row is gone; there is nothing to do for an unknown id. */
export async function remove(connections: Connections, id: string): Promise<RemovalReport> {
  const runner = connections.get(id) ?? connections.leaving(id);
  if (!runner) return NOTHING_REMOVED;
  runner.dispatch({ type: "remove" });
  const report = await runner.forgotten;
  connections.drop(runner);
  return report;
}

/** Disconnect and give the grant back. Ends when it is gone. */
export async function signOut(runner: ServerRunner): Promise<SignOutReport> {
  runner.dispatch({ type: "sign-out" });
  return runner.signedOut;
}

/** Resolves when none of them is connecting any more, or after `timeout` ms. */
export async function whenSettled(runners: readonly ServerRunner[], timeout?: number): Promise<void> {
  const settled = Promise.all(runners.map((runner) => runner.settled()));
  if (timeout === undefined) await settled;
  else await withDeadline(timeout, (signal) => Promise.race([settled, whenAborted(signal)]));
}

/** The entry of this id as the options ask for it, disconnected when anything is different from before: `changed` is told. */
export async function register(
  adder: ServerAdder,
  id: string,
  options: RegisterServerOptions,
  changed: () => void,
): Promise<ServerRunner> {
  const { url, name, callbackUrl, retry, oauth, tools, listen } = options;
  const prepared = await adder.byId(id, {
    name,
    url,
    callbackUrl: callbackUrl ?? null,
    callbackGiven: callbackUrl !== undefined,
    client: options.client ?? options.clientOptions,
    transport: options.transport ?? options.transportOptions,
    retry,
    tools,
    listen,
    oauth,
    account: options.account,
  });
  if (prepared.changed) {
    prepared.runner.dispatch({ type: "close" });
    // In the same turn, so that both are one change to whoever listens.
    changed();
  }
  return prepared.runner;
}

/** Connect without listing. How it failed is a value. */
export async function connectOnly(runner: ServerRunner, oauth: OAuth): Promise<MCPConnectionResult> {
  runner.dispatch({ type: "connect", goal: "stop", restart: false });
  await runner.settled();
  try {
    const result = runner.state.kind === "connected" ? null : await toResult(runner, oauth);
    return result?.state === "authenticating"
      ? { state: "authenticating", authUrl: result.authUrl }
      : { state: "connected" };
  } catch (thrown) {
    return { state: "failed", error: McpError.from(thrown).message };
  }
}

/** List what a connected server offers, giving up after `timeoutMs`. How it failed is a value. */
export async function listOnly(runner: ServerRunner, timeoutMs = DISCOVER_TIMEOUT): Promise<MCPDiscoverResult> {
  const outcome = runner.dispatch({ type: "discover" });
  if (outcome.kind === "reject") {
    return { success: false, state: toPublicState(runner.state), error: runner.unavailable().message };
  }
  const error = await withDeadline(timeoutMs, (signal) => {
    void whenAborted(signal).then(() => runner.cancelDiscovery());
    return runner.discovery;
  });
  const state = toPublicState(runner.state);
  return error ? { success: false, state, error: error.message } : { success: true, state };
}
