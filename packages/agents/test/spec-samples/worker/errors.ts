// connecting-to-mcp-servers: error detection
import { Agent } from "agents";
import { isUnauthorized, isTransportNotImplemented } from "agents/mcp";

export class MyAgent extends Agent {
  async onRequest(request: Request) {
    try {
      await this.addMcpServer("Server", "https://mcp.example.com/mcp");
    } catch (error) {
      if (isUnauthorized(error)) {
        return new Response("Authentication required", { status: 401 });
      } else if (isTransportNotImplemented(error)) {
        return new Response("Transport not supported", { status: 400 });
      }
      throw error;
    }
    // The page leaves this line out; the type of `onRequest` wants an answer on every path.
    return new Response("Connected");
  }
}
