// handle-oauth: connect and redirect
import { Agent } from "agents";

export class ObservabilityAgent extends Agent {
  async onRequest(request: Request) {
    const url = new URL(request.url);

    if (url.pathname.endsWith("connect-observability") && request.method === "POST") {
      // Attempt to connect to Cloudflare Observability MCP server
      const { id, authUrl } = await this.addMcpServer(
        "Cloudflare Observability",
        "https://observability.mcp.cloudflare.com/mcp",
      );

      if (authUrl) {
        // OAuth required - redirect user to authorize
        return Response.redirect(authUrl, 302);
      }

      // No OAuth needed - connection complete
      return new Response(JSON.stringify({ serverId: id, status: "connected" }), {
        headers: { "Content-Type": "application/json" },
      });
    }

    return new Response("Not found", { status: 404 });
  }
}
