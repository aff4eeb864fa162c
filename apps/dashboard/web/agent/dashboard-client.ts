// The agent's callable methods as functions.
import type { AgentClient } from "agents/client";
import type { DashboardApi } from "../model.ts";

/** Connecting and calling may take as long as the server at the other end does. */
const PATIENT = { timeout: 120_000 };

/** Calls wait for the connection, and reject with an error that carries the agent's code. */
export function dashboardClient(agent: Pick<AgentClient, "call">): DashboardApi {
  return {
    addServer: (request) => agent.call("addServer", [request], PATIENT),
    retryServer: (id) => agent.call("retryServer", [id], PATIENT),
    disconnectServer: (id) => agent.call("disconnectServer", [id]),
    signOutServer: (id) => agent.call("signOutServer", [id], PATIENT),
    connectServer: (id) => agent.call("connectServer", [id], PATIENT),
    removeServer: (id) => agent.call("removeServer", [id], PATIENT),
    callTool: (call) => agent.call("callTool", [call], PATIENT),
    readResource: (serverId, uri) => agent.call("readResource", [serverId, uri], PATIENT),
    getPrompt: (serverId, name, args) => agent.call("getPrompt", [serverId, name, args], PATIENT),
    toolChanges: (serverId) => agent.call("toolChanges", [serverId]),
    acceptToolChange: (serverId, name) => agent.call("acceptToolChange", [serverId, name]),
    whatHappened: (id) => agent.call("whatHappened", [id]),
    catalogue: () => agent.call("catalogue"),
  };
}
