// The entry `agents/react`: an agent as hooks.
"use client";

export {
  type McpAuthorize,
  type McpSource,
  useAgent,
  type UseAgentOptions,
  useMcp,
  useMcpAuthorize,
  type UseMcpAuthorizeOptions,
  useMcpServer,
  useMcpServers,
  useMcpTools,
} from "@agents-internal/react";
export type { MCPConnectionState, MCPServer, MCPServersState } from "@agents-internal/protocol";
