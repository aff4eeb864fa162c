// connecting-to-mcp-servers: listening for state changes
import { Agent } from "agents";

export class MyAgent extends Agent {
  async sample() {
    // Listen for state changes
    this.mcp.onServerStateChanged(() => {
      console.log("MCP server state changed");
      this.broadcastMcpServers(); // Notify connected clients
    });
  }
}
