// Everything a client may send to an agent.
import type { MessageType } from "./message-type.ts";

/** Replace the agent's state. */
export interface SetStateMessage {
  readonly type: typeof MessageType.CF_AGENT_STATE;
  readonly state: unknown;
}

/** Call a method. The answer carries the same `id`. */
export interface RpcRequestMessage {
  readonly type: typeof MessageType.RPC;
  readonly id: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** Have everything about the MCP servers anew: a patch did not fit what is known here. Of clients that asked for patches. */
export interface McpSnapshotRequest {
  readonly type: typeof MessageType.CF_AGENT_MCP_PATCH;
}

/** Be told of the questions that wait for a person, now and as they change, for as long as the connection lasts. */
export interface WatchElicitationsMessage {
  readonly type: typeof MessageType.CF_AGENT_MCP_ELICITATIONS;
}

/** Answer one of them. Whether it was taken comes as an `rpc` frame with the same `id`. */
export interface AnswerElicitationMessage {
  readonly type: typeof MessageType.CF_AGENT_MCP_ELICITATION_ANSWER;
  readonly id: string;
  readonly elicitation: string;
  /** Held to the question by the agent, which says what is wrong with it. */
  readonly result: unknown;
}

export type ClientMessage =
  | SetStateMessage
  | RpcRequestMessage
  | McpSnapshotRequest
  | WatchElicitationsMessage
  | AnswerElicitationMessage;
