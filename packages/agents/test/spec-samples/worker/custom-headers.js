// connecting-to-mcp-servers: custom headers
import { Agent } from "agents";

export class MyAgent extends Agent {
  async sample() {
    await this.addMcpServer("internal", "https://internal-mcp.example.com/mcp", {
      transport: {
        headers: {
          Authorization: "Bearer my-token",
          "CF-Access-Client-Id": "...",
          "CF-Access-Client-Secret": "...",
        },
      },
    });
  }
}
