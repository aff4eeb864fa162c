// connecting-to-mcp-servers: tools, resources, prompts, status, after a restart
import { Agent } from "agents";

export class MyAgent extends Agent {
  async sample() {
    const state = this.getMcpServers();

    // All tools from all connected servers
    for (const tool of state.tools) {
      console.log(`Tool: ${tool.name}`);
      console.log(`  From server: ${tool.serverId}`);
      console.log(`  Description: ${tool.description}`);
    }

    // Available resources
    for (const resource of state.resources) {
      console.log(`Resource: ${resource.name} (${resource.uri})`);
    }

    // Available prompts
    for (const prompt of state.prompts) {
      console.log(`Prompt: ${prompt.name}`);
    }

    for (const [id, server] of Object.entries(state.servers)) {
      console.log(`${server.name}: ${server.state}`);
      // state: "ready" | "authenticating" | "connecting" | "connected" | "discovering" | "failed"
    }

    for (const [id, server] of Object.entries(state.servers)) {
      console.log(`${id}: ${server.name} (${server.server_url})`);
    }
  }
}
