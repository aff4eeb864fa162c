// connecting-to-mcp-servers: advanced: register, connect, discover
import { Agent } from "agents";

export class MyAgent extends Agent {
  async sample(id: string) {
    // 1. Register the server
    await this.mcp.registerServer(id, {
      url: "https://mcp.example.com/mcp",
      name: "My Server",
      callbackUrl: "https://my-worker.workers.dev/agents/my-agent/default/callback",
      transport: { type: "auto" },
    });

    // 2. Connect
    const connectResult = await this.mcp.connectToServer(id);

    if (connectResult.state === "failed") {
      console.error("Connection failed:", connectResult.error);
      return;
    }

    if (connectResult.state === "authenticating") {
      // Handle OAuth...
      return;
    }

    // 3. Discover capabilities
    const discoverResult = await this.mcp.discoverIfConnected(id);

    if (!discoverResult?.success) {
      console.error("Discovery failed:", discoverResult?.error);
    }
  }
}
