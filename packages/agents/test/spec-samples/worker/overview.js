// connecting-to-mcp-servers: a first connection
import { Agent } from "agents";

export class MyAgent extends Agent {
  async onRequest(request) {
    // Add an MCP server
    const result = await this.addMcpServer("github", "https://mcp.github.com/mcp");

    if (result.state === "authenticating") {
      // Server requires OAuth - redirect user to authorize
      return Response.redirect(result.authUrl);
    }

    // Server is ready - tools are now available
    const state = this.getMcpServers();
    console.log(`Connected! ${state.tools.length} tools available`);

    return new Response("MCP server connected");
  }
}
