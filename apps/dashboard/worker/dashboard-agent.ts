// The agent behind the dashboard: one instance a browser, holding that browser's MCP servers.
import { Agent, callable } from "agents";
import {
  type CallToolResult,
  type GetPromptResult,
  McpError,
  type ReadResourceResult,
  type SignOutReport,
  type ToolChangeDetail,
} from "agents/mcp";
import type {
  AddedServer,
  AddServerRequest,
  CatalogueEntry,
  DashboardApi,
  ToolCall,
  WhatHappened,
} from "../shared/dashboard-api.ts";
import { parseCatalogue } from "./catalogue.ts";
import { checkAddServer, checkStrings, checkText, checkToolCall } from "./check-input.ts";

export interface DashboardEnv {
  readonly DashboardAgent: DurableObjectNamespace<DashboardAgent>;
  /** The catalogue as JSON; without it the catalogue is empty. */
  readonly PROVIDERS?: string;
  /** Secret: the ring of keys that seals what is stored. */
  readonly AGENTS_VAULT_KEYS?: string;
}

export class DashboardAgent extends Agent<DashboardEnv> implements DashboardApi {
  /** Nothing secret is stored before a key is configured. */
  static override options = { vault: { required: true } };

  @callable()
  async addServer(request: AddServerRequest): Promise<AddedServer> {
    const { name, url, headers } = checkAddServer(request);
    const { id, state } = await this.addMcpServer(name, url, headers ? { transport: { headers } } : {});
    return { id, state };
  }

  /** The same call as for a new server: what was said then, headers included, still applies. */
  @callable()
  async retryServer(id: string): Promise<AddedServer> {
    const known = this.mcp.listServers().find((server) => server.id === checkText("id", id));
    if (known === undefined) throw new McpError("server-not-found", { serverId: id });
    const { account } = known;
    const { state } = await this.addMcpServer(known.name, known.server_url, account === undefined ? {} : { account });
    return { id, state };
  }

  @callable()
  async disconnectServer(id: string): Promise<void> {
    await this.mcp.closeConnection(checkText("id", id));
  }

  @callable()
  async signOutServer(id: string): Promise<SignOutReport> {
    return this.signOutMcpServer(checkText("id", id));
  }

  /** How it ended is in the server's state, which every tab is told. */
  @callable()
  async connectServer(id: string): Promise<void> {
    await this.mcp.establishConnection(checkText("id", id));
  }

  @callable()
  async removeServer(id: string): Promise<void> {
    await this.removeMcpServer(checkText("id", id));
  }

  @callable()
  async callTool(call: ToolCall): Promise<CallToolResult> {
    const { serverId, name, args } = checkToolCall(call);
    return this.mcp.callTool({ serverId, name, arguments: args });
  }

  @callable()
  async readResource(serverId: string, uri: string): Promise<ReadResourceResult> {
    return this.mcp.readResource({ serverId: checkText("serverId", serverId), uri: checkText("uri", uri) });
  }

  @callable()
  async getPrompt(serverId: string, name: string, args: Readonly<Record<string, string>>): Promise<GetPromptResult> {
    return this.mcp.getPrompt({
      serverId: checkText("serverId", serverId),
      name: checkText("name", name),
      arguments: checkStrings("args", args),
    });
  }

  @callable()
  async toolChanges(serverId: string): Promise<readonly ToolChangeDetail[]> {
    return this.mcp.listToolChanges(checkText("serverId", serverId));
  }

  @callable()
  async acceptToolChange(serverId: string, name: string): Promise<void> {
    this.mcp.acceptToolChanges({ serverId: checkText("serverId", serverId), names: [checkText("name", name)] });
  }

  @callable()
  async whatHappened(id: string): Promise<WhatHappened> {
    checkText("id", id);
    return { entries: this.mcp.getTimeline(id), report: this.mcp.report(id) };
  }

  @callable()
  async catalogue(): Promise<readonly CatalogueEntry[]> {
    return parseCatalogue(this.env.PROVIDERS);
  }
}
