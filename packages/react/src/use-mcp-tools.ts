// Selector hook: the tools that an agent's MCP servers offer.
import type { MCPServersState } from "@agents-internal/protocol";
import { useCallback } from "react";
import { type McpSource, useMcp } from "./use-mcp.ts";

/** All tools, or those of one server. Renders again only when one of them changed, came or went. */
export function useMcpTools(agent: McpSource, serverId?: string): MCPServersState["tools"] {
  const selector = useCallback(
    ({ tools }: MCPServersState) =>
      serverId === undefined ? tools : tools.filter((tool) => tool.serverId === serverId),
    [serverId],
  );
  return useMcp(agent, selector);
}
