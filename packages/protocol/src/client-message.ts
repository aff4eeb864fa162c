// Everything a client may send to an agent, as schema and type.
import * as v from "valibot";
import { MessageType } from "./message-type.ts";

/** Replace the agent's state. */
const state = v.object({ type: v.literal(MessageType.CF_AGENT_STATE), state: v.unknown() });

/** Call a method. The answer carries the same `id`. */
const rpc = v.object({
  type: v.literal(MessageType.RPC),
  id: v.string(),
  method: v.string(),
  args: v.array(v.unknown()),
});

export const clientMessageSchemas = {
  [MessageType.CF_AGENT_STATE]: state,
  [MessageType.RPC]: rpc,
} as const;

export type SetStateMessage = v.InferOutput<typeof state>;
export type RpcRequestMessage = v.InferOutput<typeof rpc>;
export type ClientMessage = SetStateMessage | RpcRequestMessage;
