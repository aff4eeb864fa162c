// The MCP state as frames that carry no more than what changed, and how they are put together from texts.
import type { MCPServer, MCPServersState } from "./mcp-servers-state.ts";
import { MessageType } from "./message-type.ts";
import type { McpListName } from "./mcp-servers-state.ts";

/**
 * The parameter of the upgrade with which a client asks for patches instead of full snapshots. An agent of another make takes no
 * notice, and a client of another make never says it.
 */
export const MCP_PATCHES = { parameter: "_agents_mcp", value: "patches" } as const;

/** The lists in the order in which frames carry them. */
export const MCP_LIST_NAMES = ["tools", "prompts", "resources", "resourceTemplates"] as const satisfies McpListName[];

/** The items of each server whose list is another one now; their `serverId` is the key. */
export type ServerLists<Item> = Readonly<Record<string, readonly Item[]>>;

/**
 * What changed, to a client that asked for patches. A version names contents: equal contents, equal version, also when the agent slept
 * in between. Whoever does not hold `from` asks for everything anew.
 */
export interface McpPatchMessage {
  readonly type: typeof MessageType.CF_AGENT_MCP_PATCH;
  /** The version this is about; absent: about nothing, so that this is everything. */
  readonly from?: string;
  readonly to: string;
  /** All servers in their order, where servers came, went or changed places. */
  readonly ids?: readonly string[];
  /** The servers that are new or different, whole. */
  readonly servers?: Readonly<Record<string, MCPServer>>;
  readonly tools?: ServerLists<Unowned<"tools">>;
  readonly prompts?: ServerLists<Unowned<"prompts">>;
  readonly resources?: ServerLists<Unowned<"resources">>;
  readonly resourceTemplates?: ServerLists<Unowned<"resourceTemplates">>;
  readonly vault?: MCPServersState["vault"];
}

type Unowned<K extends McpListName> = Omit<MCPServersState[K][number], "serverId">;

/** The parts of a patch by server id, each one as the JSON text it will be in the frame. */
export interface McpPatchTexts extends Pick<McpPatchMessage, "from" | "to" | "ids" | "vault"> {
  readonly servers: ReadonlyMap<string, string>;
  readonly lists: Readonly<Record<McpListName, ReadonlyMap<string, string>>>;
}

/** The frame of a patch: a concatenation, because what servers list is kept as text. */
export function encodeMcpPatch({ from, to, ids, vault, servers, lists }: McpPatchTexts): string {
  const head = JSON.stringify({ type: MessageType.CF_AGENT_MCP_PATCH, from, to, ids, vault });
  const parts = [field("servers", servers), ...MCP_LIST_NAMES.map((kind) => field(kind, lists[kind]))];
  return `${head.slice(0, -1)}${parts.join("")}}`;
}

function field(name: string, texts: ReadonlyMap<string, string>): string {
  if (texts.size === 0) return "";
  const members = [...texts].map(([id, text]) => `${JSON.stringify(id)}:${text}`);
  return `,"${name}":{${members.join(",")}}`;
}
