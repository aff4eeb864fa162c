// A snapshot without what it says of the moment.
import type { MCPServersState } from "@agents-internal/protocol";

/** The same but for whether anybody listens to the servers: right after a wake nobody does. */
export function withoutLive(state: MCPServersState): MCPServersState {
  const servers = Object.entries(state.servers).map(([id, { live: _, ...server }]) => [id, server] as const);
  return { ...state, servers: Object.fromEntries(servers) };
}
