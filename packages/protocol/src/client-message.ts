// Everything a client may send to an agent, as schema and type.
import * as v from "valibot";
import { MessageType } from "./message-type.ts";

function buildSchemas() {
  return {
    /** Replace the agent's state. */
    [MessageType.CF_AGENT_STATE]: v.object({ type: v.literal(MessageType.CF_AGENT_STATE), state: v.unknown() }),
    /** Call a method. The answer carries the same `id`. */
    [MessageType.RPC]: v.object({
      type: v.literal(MessageType.RPC),
      id: v.string(),
      method: v.string(),
      args: v.array(v.unknown()),
    }),
    /** Be told of the questions that wait for a person, now and as they change, for as long as the connection lasts. */
    [MessageType.CF_AGENT_MCP_ELICITATIONS]: v.object({ type: v.literal(MessageType.CF_AGENT_MCP_ELICITATIONS) }),
    /** Answer one of them. Whether it was taken comes as an `rpc` frame with the same `id`. */
    [MessageType.CF_AGENT_MCP_ELICITATION_ANSWER]: v.object({
      type: v.literal(MessageType.CF_AGENT_MCP_ELICITATION_ANSWER),
      id: v.string(),
      elicitation: v.string(),
      /** Held to the question by the agent, which says what is wrong with it. */
      result: v.unknown(),
    }),
  } as const;
}

type Schemas = ReturnType<typeof buildSchemas>;

export type SetStateMessage = v.InferOutput<Schemas[typeof MessageType.CF_AGENT_STATE]>;
export type RpcRequestMessage = v.InferOutput<Schemas[typeof MessageType.RPC]>;
export type WatchElicitationsMessage = v.InferOutput<Schemas[typeof MessageType.CF_AGENT_MCP_ELICITATIONS]>;
export type AnswerElicitationMessage = v.InferOutput<Schemas[typeof MessageType.CF_AGENT_MCP_ELICITATION_ANSWER]>;
export type ClientMessage = SetStateMessage | RpcRequestMessage | WatchElicitationsMessage | AnswerElicitationMessage;

let schemas: Schemas | undefined;

/** Made when first asked for: only agents do, and what is made at load time cannot be dropped from a browser's bundle. */
export function clientMessageSchemas(): Schemas {
  return (schemas ??= buildSchemas());
}
