// The page's connection to its agent: the line, the servers, their history, and what can be asked.
import { useAgent } from "agents/react";
import { useMemo, useState } from "react";
import type { Sighting } from "../features/servers/connection-progress.ts";
import { see } from "../features/servers/connection-progress.ts";
import type { DashboardApi, MCPServersState } from "../model.ts";
import type { LineStatus } from "../shell.tsx";
import { agentName } from "./agent-name.ts";
import { dashboardClient } from "./dashboard-client.ts";

export type Histories = Readonly<Record<string, readonly Sighting[]>>;

export interface Dashboard {
  readonly agent: ReturnType<typeof useAgent>;
  readonly api: DashboardApi;
  readonly line: LineStatus;
  /** `null` until the agent has told for the first time. */
  readonly mcp: MCPServersState | null;
  readonly histories: Histories;
}

export function useDashboard(): Dashboard {
  const [told, setTold] = useState(false);
  const [histories, setHistories] = useState<Histories>({});
  const agent = useAgent({
    agent: "DashboardAgent",
    name: useState(agentName)[0],
    onMcpUpdate: (mcp) => {
      const now = performance.now();
      setTold(true);
      setHistories((before) => sightings(before, mcp, now));
    },
  });
  const api = useMemo(() => dashboardClient(agent), [agent]);
  return { agent, api, line: lineOf(agent), mcp: told ? agent.mcp : null, histories };
}

/** Histories with what a snapshot shows; servers that are gone are forgotten. */
function sightings(before: Histories, mcp: MCPServersState, now: number): Histories {
  return Object.fromEntries(
    Object.entries(mcp.servers).map(([id, server]) => [id, see(before[id] ?? [], server.state, now)]),
  );
}

function lineOf({ connectionError, identified, identity }: Dashboard["agent"]): LineStatus {
  if (connectionError !== null) return "ended";
  if (identified) return "live";
  return identity === null ? "connecting" : "lost";
}
