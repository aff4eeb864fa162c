// Everything an agent may send to a client.
import type { Elicitation, ElicitationEnd } from "./elicitation.ts";
import type { McpPatchMessage } from "./mcp-patch.ts";
import type { MCPServersState } from "./mcp-servers-state.ts";
import type { MessageType } from "./message-type.ts";

/** First frame of a connection: who answers. */
export interface IdentityMessage {
  readonly type: typeof MessageType.CF_AGENT_IDENTITY;
  readonly name: string;
  /** Class name in kebab-case. */
  readonly agent: string;
  /** The next frame is the state. */
  readonly stateFollows?: boolean;
}

/** The agent's state, whole. On connect when there is one, then at every change made by somebody else. */
export interface StateMessage {
  readonly type: typeof MessageType.CF_AGENT_STATE;
  readonly state: unknown;
}

/** A client's state update was refused. */
export interface StateErrorMessage {
  readonly type: typeof MessageType.CF_AGENT_STATE_ERROR;
  /** One of two fixed texts: `Connection is readonly`, `State update rejected`. */
  readonly error: string;
}

/** The full MCP snapshot: last of the frames on connect, then at every change. To clients that did not ask for patches. */
export interface McpServersMessage {
  readonly type: typeof MessageType.CF_AGENT_MCP_SERVERS;
  readonly mcp: MCPServersState;
}

/** The questions that wait for a person. Only to clients that asked, and then at every change. */
export interface ElicitationsMessage {
  readonly type: typeof MessageType.CF_AGENT_MCP_ELICITATIONS;
  /** All of them, oldest first. */
  readonly elicitations: readonly Elicitation[];
  /** Those that ended since the last such frame; more may have while there was no connection. */
  readonly ended: readonly { readonly id: string; readonly end: ElicitationEnd }[];
}

/** A result, or with `done: false` one chunk of a stream. */
export interface RpcSuccessMessage {
  readonly type: typeof MessageType.RPC;
  readonly id: string;
  readonly success: true;
  readonly result?: unknown;
  /** `true` unless said otherwise. */
  readonly done?: boolean;
}

/** A call failed. */
export interface RpcFailureMessage {
  readonly type: typeof MessageType.RPC;
  readonly id: string;
  readonly success: false;
  readonly error: string;
  /** Ours; the reference sends the text alone. */
  readonly code?: string;
}

export type ServerMessage =
  | IdentityMessage
  | StateMessage
  | StateErrorMessage
  | McpServersMessage
  | McpPatchMessage
  | ElicitationsMessage
  | RpcSuccessMessage
  | RpcFailureMessage;
