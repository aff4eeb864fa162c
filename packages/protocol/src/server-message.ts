// Everything an agent may send to a client, as schema and type.
import * as v from "valibot";
import { MessageType } from "./message-type.ts";
import type { MCPServersState } from "./mcp-servers-state.ts";

/** First frame of a connection: who answers. `stateFollows` says that the next frame is the state. */
const identity = v.object({
  type: v.literal(MessageType.CF_AGENT_IDENTITY),
  name: v.string(),
  agent: v.string(),
  stateFollows: v.optional(v.boolean()),
});

/** The agent's state, whole. On connect when there is one, then at every change made by somebody else. */
const state = v.object({ type: v.literal(MessageType.CF_AGENT_STATE), state: v.unknown() });

/** A client's state update was refused. `error` is one of two fixed texts. */
const stateError = v.object({ type: v.literal(MessageType.CF_AGENT_STATE_ERROR), error: v.string() });

/** The full MCP snapshot. Deep contents are a server's own JSON and are not modelled. */
const mcpServers = v.object({
  type: v.literal(MessageType.CF_AGENT_MCP_SERVERS),
  mcp: v.looseObject({
    servers: v.record(v.string(), v.looseObject({ name: v.string(), state: v.string() })),
    tools: v.array(v.looseObject({ name: v.string(), serverId: v.string() })),
    prompts: v.array(v.looseObject({ name: v.string(), serverId: v.string() })),
    resources: v.array(v.looseObject({ uri: v.string(), serverId: v.string() })),
    // The reference does not send templates.
    resourceTemplates: v.optional(v.array(v.looseObject({ serverId: v.string() })), []),
  }),
});

/** A result, or with `done: false` one chunk of a stream. */
const rpcSuccess = v.object({
  type: v.literal(MessageType.RPC),
  id: v.string(),
  success: v.literal(true),
  result: v.optional(v.unknown()),
  done: v.optional(v.boolean(), true),
});

/** A call failed. `code` is ours; the reference sends the text alone. */
const rpcFailure = v.object({
  type: v.literal(MessageType.RPC),
  id: v.string(),
  success: v.literal(false),
  error: v.string(),
  code: v.optional(v.string()),
});

export const serverMessageSchemas = {
  [MessageType.CF_AGENT_IDENTITY]: identity,
  [MessageType.CF_AGENT_STATE]: state,
  [MessageType.CF_AGENT_STATE_ERROR]: stateError,
  [MessageType.CF_AGENT_MCP_SERVERS]: mcpServers,
  [MessageType.RPC]: v.variant("success", [rpcSuccess, rpcFailure]),
} as const;

export type IdentityMessage = v.InferInput<typeof identity>;
export type StateMessage = v.InferInput<typeof state>;
export type StateErrorMessage = v.InferInput<typeof stateError>;
export interface McpServersMessage {
  readonly type: typeof MessageType.CF_AGENT_MCP_SERVERS;
  readonly mcp: MCPServersState;
}
export type RpcSuccessMessage = v.InferInput<typeof rpcSuccess>;
export type RpcFailureMessage = v.InferInput<typeof rpcFailure>;

export type ServerMessage =
  | IdentityMessage
  | StateMessage
  | StateErrorMessage
  | McpServersMessage
  | RpcSuccessMessage
  | RpcFailureMessage;
