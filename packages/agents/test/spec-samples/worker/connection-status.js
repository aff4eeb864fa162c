// handle-oauth: polling the status
import { Agent } from "agents";

export class MyAgent extends Agent {
  async onRequest(request) {
    const url = new URL(request.url);

    if (url.pathname.endsWith("connection-status") && request.method === "GET") {
      const mcpState = this.getMcpServers();

      const connections = Object.entries(mcpState.servers).map(([id, server]) => ({
        serverId: id,
        name: server.name,
        state: server.state, // "authenticating" | "connecting" | "ready" | "failed"
        isReady: server.state === "ready",
        needsAuth: server.state === "authenticating",
        authUrl: server.auth_url,
      }));

      return new Response(JSON.stringify(connections, null, 2), {
        headers: { "Content-Type": "application/json" },
      });
    }

    return new Response("Not found", { status: 404 });
  }
}
