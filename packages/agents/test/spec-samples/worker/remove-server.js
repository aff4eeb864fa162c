// connecting-to-mcp-servers: removing a server
import { Agent } from "agents";

export class MyAgent extends Agent {
  async sample(serverId) {
    await this.removeMcpServer(serverId);
  }
}
