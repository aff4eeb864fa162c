// The entry `agents`: the agent, and the way to it, for a Worker.
export {
  Agent,
  type AgentContext,
  AgentError,
  type AgentGetOptions,
  type AgentNamespace,
  type AgentOptions,
  type AgentRoute,
  type AgentStaticOptions,
  callable,
  type CallableDeclaration,
  type CallableMetadata,
  type Connection,
  type ConnectionContext,
  type CorsOption,
  type CurrentAgent,
  getAgentByName,
  getCurrentAgent,
  type McpRpcAgent,
  routeAgentRequest,
  SqlError,
  type SqlInput,
  StreamingResponse,
  type WSMessage,
} from "@agents-internal/server";
export { type ClientMetadata, clientMetadataResponse } from "@agents-internal/server/mcp";
export type {
  AddMcpServerOptions,
  AddMcpServerResult,
  AddRpcMcpServerOptions,
  MCPClientManager,
  MCPClientOAuthCallbackConfig,
  MCPClientOAuthResult,
} from "@agents-internal/server/mcp";
export {
  camelCaseToKebabCase,
  type JsonObject,
  type JsonValue,
  type MCPServer,
  type MCPServersState,
  MessageType,
} from "@agents-internal/protocol";
