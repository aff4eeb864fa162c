// Reading what a client sent: input from strangers. Each reader takes the fields it names and drops all others.
import type { ClientMessage } from "./client-message.ts";
import { type Decoded, decode, MAX_CLIENT_FRAME, type Reader } from "./decode.ts";
import { MessageType } from "./message-type.ts";

// Plain keys, so that a bundle that reads no clients can leave the table out.
const readers: Readonly<Record<ClientMessage["type"], Reader<ClientMessage>>> = {
  rpc({ id, method, args }) {
    if (typeof id !== "string" || typeof method !== "string" || !Array.isArray(args)) return null;
    return { type: MessageType.RPC, id, method, args };
  },
  cf_agent_state(frame) {
    return Object.hasOwn(frame, "state") ? { type: MessageType.CF_AGENT_STATE, state: frame.state } : null;
  },
  cf_agent_mcp_patch: () => ({ type: MessageType.CF_AGENT_MCP_PATCH }),
  cf_agent_mcp_elicitations: () => ({ type: MessageType.CF_AGENT_MCP_ELICITATIONS }),
  cf_agent_mcp_elicitation_answer(frame) {
    const { id, elicitation, result } = frame;
    if (typeof id !== "string" || typeof elicitation !== "string" || !Object.hasOwn(frame, "result")) return null;
    return { type: MessageType.CF_AGENT_MCP_ELICITATION_ANSWER, id, elicitation, result };
  },
};

/** Read a frame that a client sent. */
export function decodeClientMessage(text: string): Decoded<ClientMessage> {
  return decode(text, readers, MAX_CLIENT_FRAME);
}
