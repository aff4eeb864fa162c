// Reading what an agent sent. Checked by hand: a schema library would be a third of what a browser loads.
import { type Decoded, decode, type Frame, isFrame, MAX_SERVER_FRAME, type Reader } from "./decode.ts";
import type { MCPServersState } from "./mcp-servers-state.ts";
import { MessageType } from "./message-type.ts";
import type { ServerMessage } from "./server-message.ts";

const isOptional = (value: unknown, type: "string" | "boolean"): boolean =>
  value === undefined || typeof value === type;

/** A list of objects that carry these texts. Their other contents are a server's own JSON and are not looked at. */
function isListOf(value: unknown, ...texts: readonly string[]): boolean {
  return (
    Array.isArray(value) && value.every((item) => isFrame(item) && texts.every((key) => typeof item[key] === "string"))
  );
}

function isMcpState(mcp: unknown): mcp is MCPServersState {
  return (
    isFrame(mcp) &&
    isFrame(mcp.servers) &&
    isListOf(Object.values(mcp.servers), "name", "state") &&
    isListOf(mcp.tools, "name", "serverId") &&
    isListOf(mcp.prompts, "name", "serverId") &&
    isListOf(mcp.resources, "uri", "serverId") &&
    isListOf(mcp.resourceTemplates, "serverId")
  );
}

const readers: Readonly<Record<string, Reader<ServerMessage>>> = {
  [MessageType.CF_AGENT_IDENTITY]({ name, agent, stateFollows }) {
    if (typeof name !== "string" || typeof agent !== "string") return null;
    if (!isOptional(stateFollows, "boolean")) return null;
    return {
      type: MessageType.CF_AGENT_IDENTITY,
      name,
      agent,
      ...(typeof stateFollows === "boolean" && { stateFollows }),
    };
  },
  [MessageType.CF_AGENT_STATE](frame) {
    return Object.hasOwn(frame, "state") ? { type: MessageType.CF_AGENT_STATE, state: frame.state } : null;
  },
  [MessageType.CF_AGENT_STATE_ERROR]({ error }) {
    return typeof error === "string" ? { type: MessageType.CF_AGENT_STATE_ERROR, error } : null;
  },
  [MessageType.CF_AGENT_MCP_SERVERS]({ mcp }) {
    // The reference does not send templates.
    const state: unknown = isFrame(mcp) ? { ...mcp, resourceTemplates: mcp.resourceTemplates ?? [] } : mcp;
    return isMcpState(state) ? { type: MessageType.CF_AGENT_MCP_SERVERS, mcp: state } : null;
  },
  [MessageType.CF_AGENT_MCP_ELICITATIONS]({ type, elicitations, ended }) {
    const isRead = isListOf(elicitations, "id", "serverId", "mode", "message") && isListOf(ended, "id", "end");
    return isRead ? ({ type, elicitations, ended } as ServerMessage) : null;
  },
  [MessageType.RPC]: readRpc,
};

function readRpc({ id, success, result, done, error, code }: Frame): ServerMessage | null {
  if (typeof id !== "string") return null;
  if (success === true && isOptional(done, "boolean")) {
    return { type: MessageType.RPC, id, success, result, done: done !== false };
  }
  if (success === false && typeof error === "string" && isOptional(code, "string")) {
    return { type: MessageType.RPC, id, success, error, ...(typeof code === "string" && { code }) };
  }
  return null;
}

/** Read a frame that an agent sent, ours or the reference's. */
export function decodeServerMessage(text: string): Decoded<ServerMessage> {
  return decode(text, readers, MAX_SERVER_FRAME);
}
