// Selector hook: any part of an agent's MCP state.
import type { McpStore } from "@agents-internal/client";
import type { MCPServersState } from "@agents-internal/protocol";
import { useMemo, useSyncExternalStore } from "react";

/** What the MCP hooks need of an agent: what `useAgent` returns, or any `AgentClient`. */
export interface McpSource {
  readonly mcpStore: McpStore;
}

/**
 * A part of the MCP state. Renders again only when its contents changed, also when the selector makes a new list each time.
 * `selector` should be the same function from render to render.
 */
export function useMcp<T>({ mcpStore }: McpSource, selector: (state: MCPServersState) => T): T {
  const part = useMemo(() => mcpStore.select(selector), [mcpStore, selector]);
  return useSyncExternalStore(part.subscribe, part.getSnapshot, part.getSnapshot);
}
