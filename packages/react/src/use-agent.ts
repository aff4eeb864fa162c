// The hook that connects a component to an agent.
import { AgentClient, type AgentClientOptions, type StateOf } from "@agents-internal/client";
import { useEffect, useState, useSyncExternalStore } from "react";
import { clientKey, isSameKey } from "./client-key.ts";
import { latestOptions } from "./latest-options.ts";
import { useLatest } from "./use-latest.ts";

/** Options of {@link useAgent}: those of an `AgentClient` and when to connect. */
export interface UseAgentOptions<State = unknown> extends AgentClientOptions<State> {
  /** `false` keeps the connection closed; calls wait. `true` unless given. */
  enabled?: boolean;
  /** Values whose change makes an async `query` be asked again, over a new connection. */
  queryDeps?: readonly unknown[];
  /** Accepted and without effect: a query is asked at each connect and never kept. */
  cacheTtl?: number;
}

const NO_DEPS: readonly unknown[] = [];

/**
 * Connect to an agent while the component is mounted, and render again when its state, its identity or its MCP servers
 * change.
 *
 * Returns the client itself: the same object until the address changes, with `state`, `setState`, `call`, `stub`, `mcp`,
 * `identity`, `ready` and the rest. Handlers may be written inline; the latest render's are called. Another address (agent,
 * name, host, path, query object, `queryDeps`) gives another client, and calls on the old one reject with
 * `connection-closed`.
 *
 * @example
 * const agent = useAgent<{ count: number }>({ agent: "MyAgent", onMcpUpdate: (mcp) => console.log(mcp.tools) });
 * return <button onClick={() => agent.call("increment")}>{agent.state?.count}</button>;
 */
export function useAgent<Agent = unknown, S = unknown>(
  options: UseAgentOptions<StateOf<Agent, S>>,
): AgentClient<Agent, S> {
  const latest = useLatest(options);
  const key = clientKey(options, options.queryDeps ?? NO_DEPS);
  const create = () => ({ key, client: new AgentClient<Agent, S>(latestOptions(options, latest)) });
  const [held, setHeld] = useState(create);
  let current = held;
  if (!isSameKey(held.key, key)) {
    current = create();
    setHeld(current);
  }
  const { client } = current;

  useSyncExternalStore(client.view.subscribe, client.view.getSnapshot, client.view.getSnapshot);
  useSyncExternalStore(client.mcpStore.subscribe, client.mcpStore.getSnapshot, client.mcpStore.getSnapshot);

  const open = (options.enabled ?? true) && !options.startClosed;
  useEffect(() => (open ? client.hold() : undefined), [client, open]);
  return client;
}
