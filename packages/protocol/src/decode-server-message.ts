// Reading what an agent sent. Checked by hand: a schema library would be a third of what a browser loads.
import { type Decoded, decode, type Frame, isFrame, MAX_SERVER_FRAME, type Reader } from "./decode.ts";
import type { McpPatchMessage } from "./mcp-patch.ts";
import type { McpListName, MCPServersState } from "./mcp-servers-state.ts";
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

/** What an item of each list has to have beside its server. */
const ITEM_TEXTS: Readonly<Record<McpListName, readonly string[]>> = {
  tools: ["name"],
  prompts: ["name"],
  resources: ["uri"],
  resourceTemplates: [],
};

const everyList = (holds: (name: McpListName, texts: readonly string[]) => boolean): boolean =>
  Object.entries(ITEM_TEXTS).every(([name, texts]) => holds(name as McpListName, texts));

const areServers = (servers: unknown): boolean => isFrame(servers) && isListOf(Object.values(servers), "name", "state");

function isMcpState(mcp: unknown): mcp is MCPServersState {
  return (
    isFrame(mcp) && areServers(mcp.servers) && everyList((name, texts) => isListOf(mcp[name], "serverId", ...texts))
  );
}

/** A patch has what changed; what it does not have is nobody's. */
function isPatch(frame: Frame): boolean {
  const { from, to, ids, servers } = frame;
  return (
    isOptional(from, "string") &&
    typeof to === "string" &&
    (ids === undefined || (Array.isArray(ids) && ids.every((id) => typeof id === "string"))) &&
    (servers === undefined || areServers(servers)) &&
    everyList((name, texts) => {
      const lists = frame[name];
      return (
        lists === undefined || (isFrame(lists) && Object.values(lists).every((items) => isListOf(items, ...texts)))
      );
    })
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
  [MessageType.CF_AGENT_MCP_PATCH]: (frame) => (isPatch(frame) ? (frame as unknown as McpPatchMessage) : null),
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
