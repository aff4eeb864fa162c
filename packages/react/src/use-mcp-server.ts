// Selector hook: one MCP server.
import type { MCPServer, MCPServersState } from "@agents-internal/protocol";
import { useCallback } from "react";
import { type McpSource, useMcp } from "./use-mcp.ts";

/** One server, or `undefined` when the agent has none of this id. Renders again only when that server changed. */
export function useMcpServer(agent: McpSource, serverId: string): MCPServer | undefined {
  const selector = useCallback(
    ({ servers }: MCPServersState) => (Object.hasOwn(servers, serverId) ? servers[serverId] : undefined),
    [serverId],
  );
  return useMcp(agent, selector);
}
