// A client that writes down every snapshot of the MCP servers it is sent.
import { AgentClient, type MCPServer, type MCPServersState } from "agents/client";

export interface Watcher {
  readonly client: AgentClient;
  /** Snapshots so far, oldest first. */
  readonly snapshots: readonly MCPServersState[];
  /** The first snapshot from now on, or the latest one, that is as wanted. */
  until(wanted: (state: MCPServersState) => boolean): Promise<MCPServersState>;
  /** States of one server in the order in which they were shown, without repetitions. */
  statesOf(serverId: string): readonly string[];
}

export interface WatchOptions {
  readonly host: string;
  readonly agent: string;
  readonly name: string;
  readonly record: (frame: string) => void;
}

export function watchAgent({ host, agent, name, record }: WatchOptions): Watcher {
  const snapshots: MCPServersState[] = [];
  const waiting = new Set<(state: MCPServersState) => void>();
  const client = new AgentClient({
    host,
    agent,
    name,
    onMcpUpdate: (state) => {
      snapshots.push(state);
      for (const tell of [...waiting]) tell(state);
    },
  });
  client.addEventListener("message", ({ data }: MessageEvent) => record(String(data)));
  return {
    client,
    snapshots,
    until: (wanted) =>
      new Promise((resolve) => {
        const tell = (state: MCPServersState) => {
          if (!wanted(state)) return;
          waiting.delete(tell);
          resolve(state);
        };
        waiting.add(tell);
        const latest = snapshots.at(-1);
        if (latest) tell(latest);
      }),
    statesOf(serverId) {
      const shown: string[] = [];
      for (const { servers } of snapshots) {
        const state = servers[serverId]?.state;
        if (state !== undefined && state !== shown.at(-1)) shown.push(state);
      }
      return shown;
    },
  };
}

/** Every server is in this state, and there is one. */
export function allAre(state: MCPServer["state"]): (snapshot: MCPServersState) => boolean {
  return ({ servers }) => {
    const all = Object.values(servers);
    return all.length > 0 && all.every((server) => server.state === state);
  };
}

/** The same but for whether anybody listens to the servers, which is a fact of the moment. */
export function withoutLive(state: MCPServersState): MCPServersState {
  const servers = Object.entries(state.servers).map(([id, { live: _, ...server }]) => [id, server] as const);
  return { ...state, servers: Object.fromEntries(servers) };
}
