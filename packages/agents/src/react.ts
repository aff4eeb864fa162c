// The entry `agents/react`: an agent as hooks.
"use client";

export {
  type ElicitationSource,
  type McpAuthorize,
  type McpSource,
  useAgent,
  type UseAgentOptions,
  useElicitations,
  type UseElicitationsResult,
  useMcp,
  useMcpAuthorize,
  type UseMcpAuthorizeOptions,
  useMcpServer,
  useMcpServers,
  useMcpTools,
} from "@agents-internal/react";
export type {
  Elicitation,
  ElicitResult,
  MCPConnectionState,
  MCPServer,
  MCPServersState,
} from "@agents-internal/protocol";
