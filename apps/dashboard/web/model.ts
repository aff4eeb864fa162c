// The SDK's types the dashboard works with, named in one place.
export type {
  CallToolResult,
  ContentBlock,
  ErrorCode,
  GetPromptResult,
  JsonObject,
  JsonSchema,
  JsonValue,
  MCPConnectionState,
  McpListName,
  McpListProblem,
  MCPServer,
  MCPServersState,
  Prompt,
  ReadResourceResult,
  Resource,
  ResourceContents,
  ResourceTemplate,
  ServerCapabilities,
  Tool,
} from "agents/client";
export type { AddedServer, AddServerRequest, CatalogueEntry, DashboardApi, ToolCall } from "../shared/dashboard-api.ts";
