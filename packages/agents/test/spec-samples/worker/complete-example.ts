// handle-oauth: the complete example
import { Agent, routeAgentRequest } from "agents";

export class ObservabilityAgent extends Agent {
  onStart() {
    // Configure OAuth callback to close popup window
    this.mcp.configureOAuthCallback({
      customHandler: (result) => {
        if (result.authSuccess) {
          return new Response("<script>window.close();</script>", {
            headers: { "content-type": "text/html" },
          });
        } else {
          return new Response(`<script>alert('Authorization failed: ${result.authError}'); window.close();</script>`, {
            headers: { "content-type": "text/html" },
          });
        }
      },
    });
  }

  async onRequest(request: Request) {
    const url = new URL(request.url);

    // Endpoint: Connect to Cloudflare Observability MCP server
    if (url.pathname.endsWith("connect-observability") && request.method === "POST") {
      const { id, authUrl } = await this.addMcpServer(
        "Cloudflare Observability",
        "https://observability.mcp.cloudflare.com/mcp",
      );

      if (authUrl) {
        return new Response(
          JSON.stringify({
            serverId: id,
            authUrl: authUrl,
            message: "Please authorize Cloudflare Observability access",
          }),
          { headers: { "Content-Type": "application/json" } },
        );
      }

      return new Response(JSON.stringify({ serverId: id, status: "connected" }), {
        headers: { "Content-Type": "application/json" },
      });
    }

    // Endpoint: Check connection status
    if (url.pathname.endsWith("status") && request.method === "GET") {
      const mcpState = this.getMcpServers();

      const connections = Object.entries(mcpState.servers).map(([id, server]) => ({
        serverId: id,
        name: server.name,
        state: server.state,
        isReady: server.state === "ready",
        needsAuth: server.state === "authenticating",
        authUrl: server.auth_url,
      }));

      return new Response(JSON.stringify(connections, null, 2), {
        headers: { "Content-Type": "application/json" },
      });
    }

    // Endpoint: Disconnect from Cloudflare Observability
    if (url.pathname.endsWith("disconnect") && request.method === "POST") {
      const { serverId } = await request.json<{ serverId: string }>();
      await this.removeMcpServer(serverId);

      return new Response(
        JSON.stringify({
          message: "Disconnected from Cloudflare Observability",
        }),
        { headers: { "Content-Type": "application/json" } },
      );
    }

    return new Response("Not found", { status: 404 });
  }
}

export default {
  async fetch(request: Request, env: Cloudflare.Env) {
    return (await routeAgentRequest(request, env, { cors: true })) || new Response("Not found", { status: 404 });
  },
};
