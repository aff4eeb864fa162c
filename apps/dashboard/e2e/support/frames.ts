// Listens to what an agent sends to one tab.
import { McpStore } from "agents/client";
import type { Page } from "playwright-core";

type Snapshot = ReturnType<McpStore["getSnapshot"]>;
type Patch = Parameters<McpStore["patch"]>[0];
type Frame = Patch | { readonly type: "cf_agent_mcp_servers"; readonly mcp: Snapshot };

export interface Frames {
  /** The states a server went through, without repetitions. */
  statesOf(name: string): readonly string[];
  /** What the tab knew after each frame about servers of the latest connection, the first one first. */
  snapshots(): readonly Snapshot[];
}

export function watchFrames(page: Page): Frames {
  let snapshots: Snapshot[] = [];
  const seen: Snapshot[] = [];
  page.on("websocket", (socket) => {
    if (!new URL(socket.url()).pathname.startsWith("/agents/")) return;
    snapshots = [];
    const mine = snapshots;
    const store = new McpStore();
    socket.on("framereceived", ({ payload }) => {
      const message = JSON.parse(String(payload)) as Frame;
      if (message.type === "cf_agent_mcp_patch") store.patch(message);
      else if (message.type === "cf_agent_mcp_servers") store.replace(message.mcp);
      else return;
      mine.push(store.getSnapshot());
      seen.push(store.getSnapshot());
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
