// connecting-to-mcp-servers: transport options
import { Agent } from "agents";

export class MyAgent extends Agent {
  async sample() {
    await this.addMcpServer("server", "https://mcp.example.com/mcp", {
      transport: {
        type: "streamable-http",
      },
    });
  }
}
