// connecting-to-mcp-servers: every signature the API section states
import { Agent } from "agents";
import type { MCPConnectionState } from "agents/mcp";

type ServerState = "authenticating" | "connecting" | "connected" | "discovering" | "ready" | "failed";

type AddOptions = {
  callbackHost?: string;
  agentsPrefix?: string;
  transport?: { headers?: HeadersInit; type?: "sse" | "streamable-http" | "auto" };
};

export class MyAgent extends Agent {
  async add(serverName: string, url: string, options?: AddOptions) {
    const added: { id: string; state: "authenticating"; authUrl: string } | { id: string; state: "ready" } =
      await this.addMcpServer(serverName, url, options);
    return added;
  }

  async remove(id: string): Promise<void> {
    await this.removeMcpServer(id);
  }

  async clientOptions() {
    await this.addMcpServer("server", "https://mcp.example.com/mcp", { client: { capabilities: {} } });
  }

  read() {
    const { servers, tools, prompts, resources, resourceTemplates } = this.getMcpServers();
    for (const server of Object.values(servers)) {
      const name: string = server.name;
      const url: string = server.server_url;
      const authUrl: string | null = server.auth_url;
      const instructions: string | null = server.instructions;
      const state: string = server.state;
      console.log(name, url, authUrl, instructions, state, server.capabilities?.tools);
    }
    const ids: string[] = [...tools, ...prompts, ...resources, ...resourceTemplates].map((item) => item.serverId);
    return ids;
  }

  isDocumented(state: ServerState): MCPConnectionState {
    return state;
  }

  async manage(id: string) {
    const registered: string = await this.mcp.registerServer(id, {
      url: "https://mcp.example.com/mcp",
      name: "My Server",
      callbackUrl: "https://my-worker.workers.dev/agents/my-agent/default/callback",
      clientOptions: {},
      transportOptions: { type: "sse" },
    });
    const connected:
      | { state: "failed"; error: string }
      | { state: "authenticating"; authUrl: string }
      | { state: "connected" } = await this.mcp.connectToServer(registered);
    const discovered = await this.mcp.discoverIfConnected(id, { timeoutMs: 5000 });
    const success: boolean | undefined = discovered?.success;
    const state: MCPConnectionState | undefined = discovered?.state;
    await this.mcp.closeConnection(id);
    await this.mcp.closeAllConnections();
    return { connected, success, state };
  }
}
