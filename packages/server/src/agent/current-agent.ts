// Async-local access to the agent whose code is running.
import { AsyncLocalStorage } from "node:async_hooks";
import type { Connection } from "partyserver";
import type { Agent } from "./agent.ts";

/** On whose behalf code runs. */
export interface RunContext {
  readonly agent: Agent;
  readonly connection: Connection | undefined;
  readonly request: Request | undefined;
  /** The connection whose message is being handled: what it may not do, code running for it may not do either. */
  readonly caller?: Connection | undefined;
}

/** The running agent, or `undefined` in each field outside of one. */
export interface CurrentAgent<T extends Agent = Agent> {
  readonly agent: T | undefined;
  /** The socket whose event is handled. */
  readonly connection: Connection | undefined;
  /** The request that is answered, or that opened the socket while `onConnect` runs. */
  readonly request: Request | undefined;
  /** Always `undefined`: agents do not receive mail. Present for code that takes the object apart. */
  readonly email: undefined;
}

const storage = new AsyncLocalStorage<RunContext>();

/** Everything `work` does, now and later, sees `context`. */
export function runAs<T>(context: RunContext, work: () => T): T {
  return storage.run(context, work);
}

export function currentContext(): RunContext | undefined {
  return storage.getStore();
}

/** The agent, connection and request that the calling code runs for. Never throws. */
export function getCurrentAgent<T extends Agent = Agent>(): CurrentAgent<T> {
  const context = storage.getStore();
  return {
    // The caller names the class; only one agent can be running here.
    agent: context?.agent as T | undefined,
    connection: context?.connection,
    request: context?.request,
    email: undefined,
  };
}
