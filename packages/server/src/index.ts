// What the server side offers under `agents`.
export { Agent } from "./agent/agent.ts";
export type { AgentContext, AgentNamespace } from "./agent/platform-types.ts";
export type { McpRpcAgent } from "./agent/mcp-bindings.ts";
export { AgentError } from "./agent/agent-error.ts";
export type { AgentStaticOptions } from "./agent/agent-options.ts";
export { type CurrentAgent, getCurrentAgent } from "./agent/current-agent.ts";
export { type CallableDeclaration, type CallableMetadata, callable } from "./agent/callable.ts";
export { StreamingResponse } from "./agent/streaming-response.ts";
export { SqlError } from "./sql/sql-error.ts";
export type { SqlInput } from "./sql/sql-template.ts";
export type { CorsOption } from "./routing/cors.ts";
export { type AgentGetOptions, getAgentByName } from "./routing/get-agent-by-name.ts";
export { type AgentOptions, type AgentRoute, routeAgentRequest } from "./routing/route-agent-request.ts";
export type { Connection, ConnectionContext, WSMessage } from "partyserver";
