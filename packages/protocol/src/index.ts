// The wire contract: everything server, client and tests share, by name.
export type { JsonObject, JsonPrimitive, JsonValue } from "./json.ts";
export { MessageType } from "./message-type.ts";
export type {
  CallToolResult,
  Completion,
  CompletionReference,
  ContentBlock,
  GetPromptResult,
  Icon,
  JsonSchema,
  Prompt,
  PromptArgument,
  PromptMessage,
  ReadResourceResult,
  Resource,
  ResourceContents,
  ResourceTemplate,
  ServerCapabilities,
  Tool,
  ToolAnnotations,
} from "./mcp-types.ts";
export type {
  Elicitation,
  ElicitationEnd,
  ElicitFormParams,
  ElicitRequest,
  ElicitResult,
  ElicitUrlParams,
  ElicitValue,
} from "./elicitation.ts";
export type { GivenBack, RemovalReport, SignOutReport } from "./leaving-report.ts";
export { LOGGING_LEVELS, type LoggingLevel } from "./logging.ts";
export type { Root } from "./roots.ts";
export type {
  ModelPreferences,
  SamplingContent,
  SamplingMessage,
  SamplingRequest,
  SamplingResult,
} from "./sampling.ts";
export type { Skill, SkillFile, SkillResource } from "./skills.ts";
export { isInProgress, MCPConnectionState, needsPerson } from "./mcp-connection-state.ts";
export { describeError, type ErrorDescription } from "./error-advice.ts";
export { ERROR_CODES, type ErrorCode, isErrorCode } from "./error-code.ts";
export {
  type AuthReason,
  EMPTY_MCP_STATE,
  type McpListName,
  type McpListProblem,
  type MCPServer,
  type MCPServersState,
  type OAuthExceptionName,
  type WithServerId,
} from "./mcp-servers-state.ts";
export {
  encodeMcpPatch,
  MCP_LIST_NAMES,
  MCP_PATCHES,
  type McpPatchMessage,
  type McpPatchTexts,
  type ServerLists,
} from "./mcp-patch.ts";
export type { ToolChange, ToolChangeDetail, ToolPolicy } from "./tool-trust.ts";
export type { TimelineEntry, TimelineNext, TimelineStep } from "./timeline.ts";
export type {
  ElicitationsMessage,
  IdentityMessage,
  McpServersMessage,
  RpcFailureMessage,
  RpcSuccessMessage,
  ServerMessage,
  StateErrorMessage,
  StateMessage,
} from "./server-message.ts";
export type {
  AnswerElicitationMessage,
  ClientMessage,
  McpSnapshotRequest,
  RpcRequestMessage,
  SetStateMessage,
  WatchElicitationsMessage,
} from "./client-message.ts";
export { type Decoded, MAX_CLIENT_FRAME, MAX_SERVER_FRAME } from "./decode.ts";
export { decodeClientMessage } from "./decode-client-message.ts";
export { decodeServerMessage } from "./decode-server-message.ts";
export { encodeClientMessage, encodeServerMessage, encodeStateMessage } from "./encode.ts";
export {
  type AgentAddress,
  buildAgentPath,
  camelCaseToKebabCase,
  DEFAULT_PREFIX,
  type ParsedAgentPath,
  parseAgentPath,
} from "./agent-path.ts";
export { isPopupMessage, POPUP_CHANNEL, type PopupMessage } from "./popup-message.ts";
export { CloseCode, isTerminalCloseCode } from "./close-code.ts";
