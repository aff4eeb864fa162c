// Listens to what an agent sends to one tab.
import type { Page } from "playwright-core";

interface McpFrame {
  readonly servers: Readonly<
    Record<string, { readonly name: string; readonly state: string; readonly auth_url: string | null }>
  >;
  readonly tools: readonly { readonly name: string; readonly serverId: string }[];
}

export interface Frames {
  /** The states a server went through, without repetitions. */
  statesOf(name: string): readonly string[];
  /** MCP snapshots of the latest connection, the first one first. */
  snapshots(): readonly McpFrame[];
}

export function watchFrames(page: Page): Frames {
  let snapshots: McpFrame[] = [];
  const seen: McpFrame[] = [];
  page.on("websocket", (socket) => {
    if (!new URL(socket.url()).pathname.startsWith("/agents/")) return;
    snapshots = [];
    const mine = snapshots;
    socket.on("framereceived", ({ payload }) => {
      const message = JSON.parse(String(payload)) as { readonly type: string; readonly mcp: McpFrame };
      if (message.type !== "cf_agent_mcp_servers") return;
      mine.push(message.mcp);
      seen.push(message.mcp);
    });
  });
  return {
    statesOf(name) {
      const states = seen.flatMap(({ servers }) =>
        Object.values(servers)
          .filter((server) => server.name === name)
          .map(({ state }) => state),
      );
      return states.filter((state, index) => state !== states[index - 1]);
    },
    snapshots: () => snapshots,
  };
}
