// connecting-to-mcp-servers: the OAuth flow
import { Agent } from "agents";

export class MyAgent extends Agent {
  async onRequest(request) {
    const result = await this.addMcpServer("github", "https://mcp.github.com/mcp");

    if (result.state === "authenticating") {
      // Option 1: Redirect the user
      return Response.redirect(result.authUrl);

      // Option 2: Return the URL for client-side redirect
      return Response.json({
        status: "needs_auth",
        authUrl: result.authUrl,
      });
    }

    return Response.json({ status: "connected", id: result.id });
  }
}
