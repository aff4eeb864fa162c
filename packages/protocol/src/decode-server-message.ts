// Reading what an agent sent. Checked by hand: a schema library would be a third of what a browser loads.
import { type Decoded, decode, type Frame, isFrame, MAX_SERVER_FRAME, type Reader } from "./decode.ts";
import type { McpListName, MCPServersState } from "./mcp-servers-state.ts";
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

const isText = (value: unknown): boolean => typeof value === "string";

/** Frames that fit are taken as they are. */
const take = (frame: Frame, fits: boolean): ServerMessage | null => (fits ? (frame as unknown as ServerMessage) : null);

// Plain keys and nothing that runs when it is loaded, so that a bundle that reads no agents can leave the table out.
const readers: Readonly<Record<ServerMessage["type"], Reader<ServerMessage>>> = {
  cf_agent_identity: (frame) =>
    take(frame, isText(frame.name) && isText(frame.agent) && isOptional(frame.stateFollows, "boolean")),
  cf_agent_state: (frame) => take(frame, Object.hasOwn(frame, "state")),
  cf_agent_state_error: (frame) => take(frame, isText(frame.error)),
  cf_agent_mcp_servers({ mcp }) {
    // The reference does not send templates.
    const state: unknown = isFrame(mcp) ? { ...mcp, resourceTemplates: mcp.resourceTemplates ?? [] } : mcp;
    return isMcpState(state) ? { type: "cf_agent_mcp_servers", mcp: state } : null;
  },
  cf_agent_mcp_patch: (frame) => take(frame, isPatch(frame)),
  cf_agent_mcp_elicitations: (frame) =>
    take(
      frame,
      isListOf(frame.elicitations, "id", "serverId", "mode", "message") && isListOf(frame.ended, "id", "end"),
    ),
  rpc: (frame) => take(frame, isText(frame.id) && isAnswer(frame)),
};

function isAnswer({ success, done, error, code }: Frame): boolean {
  if (success === true) return isOptional(done, "boolean");
  return success === false && isText(error) && isOptional(code, "string");
}

/** Read a frame that an agent sent, ours or the reference's. */
export function decodeServerMessage(text: string): Decoded<ServerMessage> {
  return decode(text, readers, MAX_SERVER_FRAME);
}
