// The public names of `agents/mcp`.
export { MCPConnectionState } from "@agents-internal/protocol";
export { describeError, type ErrorDescription } from "@agents-internal/protocol";
export type {
  MCPServer,
  MCPServersState,
  OAuthExceptionName,
  TimelineEntry,
  TimelineNext,
  TimelineStep,
  ToolChange,
  ToolChangeDetail,
  ToolPolicy,
} from "@agents-internal/protocol";
export {
  type HttpChallenge,
  isTransportNotImplemented,
  isUnauthorized,
  McpError,
  type McpErrorDetails,
} from "./errors.ts";
export type { ElicitationsChange } from "./elicitation/elicitations.ts";
export type {
  ElicitationHandler,
  ElicitationHandlers,
  QuestionHandler,
  RootsSource,
  SamplingHandler,
} from "./question-handlers.ts";
export { type ClientMetadata, clientMetadataResponse } from "./oauth/client-metadata.ts";
export type { EngineOptions } from "./engine.ts";
export type { CallbackFlow, VerifyCallbackUser } from "./oauth/callback-request.ts";
export type { OperatorClient, OperatorClients } from "./oauth/operator-clients.ts";
export type { MCPServerFilter } from "./servers/filter.ts";
export type {
  ClientCredentialsGrant,
  DPoPOptions,
  EnterpriseManagedGrant,
  JwtBearerGrant,
  MachineGrant,
  PrivateKey,
  PrivateKeyJwk,
  PublicClient,
  SharedSecret,
  SigningAlgorithm,
} from "./machine-grants.ts";
export type { CallFailure, MCPCall, MCPCallWithResult } from "./lasting/lasting-call.ts";
export type { CallToolOptions, StartCallOptions, ToolCallParams } from "./lasting/tool-calls.ts";
export type { LogMessage, LogMessageListener } from "./log-message.ts";
export { MCPClientManager } from "./manager.ts";
export type { Listed } from "./server-offers.ts";
export type { Subscription } from "./listeners.ts";
export type { AIToolsOptions, MCPAITool, MCPAIToolSet } from "./catalog/ai-tools.ts";
export type { ToolAcceptance, ToolPolicyRequest } from "./tool-changes.ts";
export { toolKey } from "./catalog/names.ts";
export type {
  AddMcpServerOptions,
  AddMcpServerResult,
  AddRpcMcpServerOptions,
  HeadersInput,
  JsonSchemaValidator,
  Listen,
  MCPClientOAuthCallbackConfig,
  MCPClientOAuthResult,
  MCPConnectionResult,
  MCPDiscoverResult,
  McpClientOptions,
  OAuthExceptions,
  OAuthOptions,
  RegisterServerOptions,
  RetryOptions,
  ToolOptions,
  TransportOptions,
  TransportType,
} from "./options.ts";
export type {
  Alarms,
  Clock,
  HostIdentity,
  Ids,
  KeyValues,
  Log,
  McpBindings,
  McpNamespace,
  McpPeer,
  McpPorts,
} from "./ports.ts";
export type { SqlDatabase, SqlRow, SqlValue } from "../sql/database.ts";
export type { CompletionRequest, Progress, RequestOptions } from "./session/session.ts";
export type { ResourceAddress, ResourceListener, ResourceUpdate } from "./resource-subscriptions.ts";
export { MCP_SERVER_ID_MAX_LENGTH, normalizeServerId } from "./servers/server-id.ts";
