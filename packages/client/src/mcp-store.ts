// The latest MCP snapshot of one agent, in a form that selectors can watch cheaply.
import { EMPTY_MCP_STATE, type MCPServer, type MCPServersState } from "@agents-internal/protocol";
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

/**
 * MCP servers as the agent last told. Parts that did not change keep their identity from snapshot to snapshot, so a
 * view of one server or one list renders only when that part changed.
 */
export class McpStore implements Readable<MCPServersState> {
  readonly #store = new SnapshotStore<MCPServersState>(EMPTY_MCP_STATE);
  readonly getSnapshot = this.#store.getSnapshot;
  readonly subscribe = this.#store.subscribe;

  /** Take a full snapshot and return it as it is kept. */
  replace(next: MCPServersState): MCPServersState {
    const servers = Object.fromEntries(Object.entries(next.servers).map(([id, server]) => [id, complete(server)]));
    this.#store.set(shareUnchanged(this.getSnapshot(), { ...next, servers }));
    return this.getSnapshot();
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
