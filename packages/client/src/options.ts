// The options of a client: what they mean and how they become an address.
import { camelCaseToKebabCase, DEFAULT_PREFIX, type MCPServersState } from "@agents-internal/protocol";
import type { PartySocketOptions } from "partysocket";
import type { OnElicitation } from "./elicitation-store.ts";
import { type AgentConnectionError, AgentError, type CloseReason } from "./errors.ts";

export type QueryParams = { [name: string]: string | null | undefined };

/** Parameters of the address. A function is asked afresh for each connection, so that it may return a new token. */
export type Query = QueryParams | (() => QueryParams | Promise<QueryParams>);

/** Which agent, and where. */
export interface AgentAddressOptions {
  /** Class or binding name, in any spelling: `MyAgent` and `my-agent` are the same. */
  agent: string;
  /** Instance; `"default"` unless given. */
  name?: string;
  /** Host with port, with or without a scheme. The page's own host unless given; required outside browsers. */
  host?: string;
  /** Whole path of a server that routes by itself; replaces prefix, agent and name. */
  basePath?: string;
  /** More path after the instance, with or without a leading slash. */
  path?: string;
  query?: Query;
  /** First part of the path; `"agents"` unless given. */
  prefix?: string;
  /** By default the scheme of `host`, else the page's, else plain for local hosts. */
  protocol?: "ws" | "wss";
}

/** Settings of the reconnecting socket, passed on as they are. */
type SocketSettings = Pick<
  PartySocketOptions,
  | "id"
  | "protocols"
  | "WebSocket"
  | "startClosed"
  | "maxRetries"
  | "minUptime"
  | "connectionTimeout"
  | "minReconnectionDelay"
  | "maxReconnectionDelay"
  | "reconnectionDelayGrowFactor"
  | "maxEnqueuedMessages"
  | "debug"
  | "debugLogger"
>;

/** What a client tells its owner. Each may be missing. */
export interface AgentClientHandlers<State = unknown> {
  /** The state changed: by the agent (`"server"`, also when it took back an update of ours) or by `setState` (`"client"`). */
  onStateUpdate?: (state: State, source: "server" | "client") => void;
  /** The agent refused an update; the state has been rolled back. */
  onStateUpdateError?: (error: string) => void;
  /** The MCP servers or what they offer changed. Always the whole state. */
  onMcpUpdate?: (mcpState: MCPServersState) => void;
  /** A question of an MCP server waits for a person; called once for each. */
  onElicitation?: OnElicitation;
  onIdentity?: (name: string, agent: string) => void;
  /** After a reconnect somebody else answers. */
  onIdentityChange?: (oldName: string, newName: string, oldAgent: string, newAgent: string) => void;
  /** The connection ended for good. */
  onConnectionError?: (error: AgentConnectionError) => void;
  onOpen?: (event: Event) => void;
  /** Frames that are not part of the protocol. */
  onMessage?: (event: MessageEvent) => void;
  onClose?: (event: CloseReason) => void;
  onError?: (event: Event) => void;
}

/** Options of an `AgentClient`. */
export interface AgentClientOptions<State = unknown>
  extends AgentAddressOptions, SocketSettings, AgentClientHandlers<State> {
  /** Milliseconds after which a call that is not streaming gives up; 0 for never. 30 000 unless given. */
  defaultCallTimeout?: number;
  /**
   * Decides, instead of the default, whether to connect again after a close. The default stops at 1008 and 4000 to 4999
   * (`isTerminalCloseEvent`).
   */
  shouldReconnectOnClose?: (event: CloseReason) => boolean;
}

/** This machine, and addresses of a local network, which have no certificate as a rule. */
const LOCAL = /^(localhost|127\.0\.0\.1|\[::1\]|(192\.168|10|172\.(1[6-9]|2\d|3[01]))(\.\d+)+)(:\d+)?$/;

function pageLocation(): { host: string; protocol: string } | undefined {
  return typeof location === "object" && location?.host ? location : undefined;
}

/** The parts of an address, under the names that the socket library has for them. */
export interface PartyAddress extends Pick<PartySocketOptions, "basePath" | "path" | "query"> {
  readonly host: string;
  readonly party: string;
  readonly room: string;
  readonly prefix: string;
  readonly protocol: "ws" | "wss";
}

/** The address of an agent, without its parameters. */
export function toUrl({ protocol, host, basePath, prefix, party, room, path }: PartyAddress): string {
  return `${protocol}://${host}/${basePath || `${prefix}/${party}/${room}`}${path ? `/${path}` : ""}`;
}

/** The same with parameters; those that are null are none. */
export async function withQuery(url: string, query: Query | undefined, more: QueryParams = {}): Promise<string> {
  const given = typeof query === "function" ? await query() : query;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...more, ...given })) {
    if (value !== null && value !== undefined) parameters.set(name, value);
  }
  return `${url}?${parameters}`;
}

/** What makes an address. Throws `option-invalid` when there is no host to be had. */
export function toPartyAddress(options: AgentAddressOptions & { startClosed?: boolean }): PartyAddress {
  const { agent, name = "default", basePath, path, query, prefix = DEFAULT_PREFIX } = options;
  if (!agent || !name) throw new AgentError("option-invalid", "agent and name must not be empty");
  const page = pageLocation();
  const given = options.host;
  // A closed client may be made anywhere, for example while rendering on a server.
  if (!given && !page && !options.startClosed)
    throw new AgentError("option-invalid", "host is required outside a browser");
  const host = (given ?? page?.host ?? "").replace(/\/+$/, "");
  const scheme = /^(https?|wss?):\/\//.exec(host)?.[1] ?? (given ? undefined : page?.protocol.slice(0, -1));
  const bare = host.replace(/^\w+:\/\//, "");
  const plain = scheme ? scheme === "http" || scheme === "ws" : LOCAL.test(bare);
  const protocol = options.protocol ?? (plain ? "ws" : "wss");
  return {
    host: bare,
    party: camelCaseToKebabCase(agent),
    room: encodeURIComponent(name),
    prefix: trimSlashes(prefix).replace(/\/+$/, ""),
    ...(basePath !== undefined && { basePath: trimSlashes(basePath) }),
    ...(path && { path: trimSlashes(path) }),
    protocol,
    ...(query && { query }),
  };
}

/** The socket library puts the slashes itself. */
function trimSlashes(path: string): string {
  return path.replace(/^\/+/, "");
}
