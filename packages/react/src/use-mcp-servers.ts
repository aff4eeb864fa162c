// Selector hook: all MCP servers of an agent.
import type { MCPServersState } from "@agents-internal/protocol";
import { type McpSource, useMcp } from "./use-mcp.ts";

const servers = (state: MCPServersState): MCPServersState["servers"] => state.servers;

/** The servers by id. Renders again only when a server changed, not when a tool list did. */
export function useMcpServers(agent: McpSource): MCPServersState["servers"] {
  return useMcp(agent, servers);
}
