// The latest MCP snapshot of one agent, in a form that selectors can watch cheaply.
import {
  EMPTY_MCP_STATE,
  type McpListName,
  type McpPatchMessage,
  type MCPServer,
  type MCPServersState,
} from "@agents-internal/protocol";
import { shareUnchanged } from "./share-unchanged.ts";
import { type Readable, SnapshotStore } from "./snapshot-store.ts";

/** Fields that agents of another make do not send. */
const SERVER_DEFAULTS = {
  auth_url: null,
  error: null,
  error_code: null,
  instructions: null,
  capabilities: null,
  auth_reason: null,
  auth_scopes: null,
  auth_tools: null,
  auth_host: null,
} as const satisfies Partial<MCPServer>;

type WireServer = Pick<MCPServer, "name" | "server_url" | "state"> & Partial<MCPServer>;

function complete(server: WireServer): MCPServer {
  return { ...SERVER_DEFAULTS, connectionState: server.state, ...server };
}

/** Servers name themselves, perhaps as objects call what they inherit. */
function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}

/**
 * MCP servers as the agent last told. Parts that did not change keep their identity from snapshot to snapshot, so a
 * view of one server or one list renders only when that part changed.
 */
export class McpStore implements Readable<MCPServersState> {
  readonly #store = new SnapshotStore<MCPServersState>(EMPTY_MCP_STATE);
  readonly getSnapshot = this.#store.getSnapshot;
  readonly subscribe = this.#store.subscribe;
  /** What the agent calls the present contents; `undefined` when it does not patch them. */
  #version: string | undefined;
  /** The servers in the order of their lists, which an object does not keep for every id. */
  #ids: readonly string[] = [];

  /** Take a full snapshot and return it as it is kept. */
  replace(next: MCPServersState): MCPServersState {
    this.#version = undefined;
    const servers = Object.fromEntries(Object.entries(next.servers).map(([id, server]) => [id, complete(server)]));
    this.#store.set(shareUnchanged(this.getSnapshot(), { ...next, servers }));
    return this.getSnapshot();
  }

  /** Take what changed, or everything. False when it is not about what is here; then nothing changes. */
  patch(patch: McpPatchMessage): boolean {
    const { from, to, ids = this.#ids, servers } = patch;
    if (from !== undefined && from !== this.#version) return false;
    const before = from === undefined ? EMPTY_MCP_STATE : this.getSnapshot();
    const vault = ids.length > 0 && (patch.vault ?? before.vault);
    const items = <K extends McpListName>(kind: K): MCPServersState[K] => {
      const changed = patch[kind];
      const known: readonly { readonly serverId: string }[] = before[kind];
      if (!changed && !patch.ids) return before[kind];
      return ids.flatMap(
        (id) =>
          own(changed, id)?.map((item) => ({ ...item, serverId: id })) ??
          known.filter(({ serverId }) => serverId === id),
      ) as MCPServersState[K];
    };
    const next: MCPServersState = {
      servers:
        patch.ids || servers
          ? Object.fromEntries(
              ids.flatMap((id) => {
                const told = own(servers, id);
                const server = told ? complete(told) : own(before.servers, id);
                return server ? [[id, server]] : [];
              }),
            )
          : before.servers,
      tools: items("tools"),
      prompts: items("prompts"),
      resources: items("resources"),
      resourceTemplates: items("resourceTemplates"),
      ...(vault && { vault }),
    };
    this.#ids = ids;
    this.#version = to;
    this.#store.set(shareUnchanged(this.getSnapshot(), next));
    return true;
  }

  /** A view of a part: computed again only for a new snapshot, and the same value while its contents are. */
  select<T>(selector: (state: MCPServersState) => T): Readable<T> {
    let seen: MCPServersState | undefined;
    let value: T;
    const getSnapshot = (): T => {
      const state = this.getSnapshot();
      if (state !== seen) {
        value = shareUnchanged(seen && value, selector(state));
        seen = state;
      }
      return value;
    };
    return { getSnapshot, subscribe: this.subscribe };
  }
}
