// connecting-to-mcp-servers: simple connection, with explicit callback host
import { Agent } from "agents";

export class MyAgent extends Agent {
  async sample() {
    // Simple connection
    await this.addMcpServer("notion", "https://mcp.notion.so/mcp");

    // With explicit callback host
    await this.addMcpServer("github", "https://mcp.github.com/mcp", {
      callbackHost: "https://my-worker.workers.dev",
    });
  }
}
