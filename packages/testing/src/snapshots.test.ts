// The gallery's snapshots tell the truth about the contract.
import { MCPConnectionState } from "@agents-internal/protocol";
import { expect, test } from "vitest";
import { MCP_SNAPSHOTS } from "./snapshots.ts";

const servers = Object.values(MCP_SNAPSHOTS).flatMap((snapshot) => Object.values(snapshot.servers));

test("every public state has a snapshot", () => {
  expect(new Set(servers.map((server) => server.state))).toEqual(new Set(Object.values(MCPConnectionState)));
});

test("each field is there exactly when its state allows it", () => {
  for (const server of servers) {
    expect(server.connectionState).toBe(server.state);
    expect(server.error !== null && server.error_code !== null).toBe(server.state === "failed");
    expect(server.auth_url !== null && server.auth_reason !== null).toBe(server.state === "authenticating");
  }
});

test("everything offered belongs to a server of the same snapshot", () => {
  for (const { servers: own, tools, prompts, resources, resourceTemplates } of Object.values(MCP_SNAPSHOTS)) {
    for (const { serverId } of [...tools, ...prompts, ...resources, ...resourceTemplates])
      expect(Object.keys(own)).toContain(serverId);
  }
});
