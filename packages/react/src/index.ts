// The React hooks, by name.
export { useAgent, type UseAgentOptions } from "./use-agent.ts";
export { type McpSource, useMcp } from "./use-mcp.ts";
export { type ElicitationSource, useElicitations, type UseElicitationsResult } from "./use-elicitations.ts";
export { useMcpServer } from "./use-mcp-server.ts";
export { useMcpServers } from "./use-mcp-servers.ts";
export { useMcpTools } from "./use-mcp-tools.ts";
export { type McpAuthorize, useMcpAuthorize, type UseMcpAuthorizeOptions } from "./use-mcp-authorize.ts";
