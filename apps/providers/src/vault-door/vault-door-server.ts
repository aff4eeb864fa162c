// The vault door: opens for one fixed bearer header, without any OAuth.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { createStatelessApp } from "../mcp/stateless-app.ts";
import type { ServedApp } from "../served-app.ts";

/** The header's token. Not a secret: everybody may read it here. */
export const DEMO_TOKEN = "demo-token";

export function createVaultDoorApp(): ServedApp {
  return createStatelessApp({
    build: buildVaultDoor,
    refuse: (request) =>
      request.headers.get("authorization") === `Bearer ${DEMO_TOKEN}`
        ? undefined
        : Response.json(
            { error: "unauthorized" },
            { status: 401, headers: { "www-authenticate": 'Bearer realm="vault-door"' } },
          ),
  });
}

function buildVaultDoor(): McpServer {
  const server = new McpServer({ name: "vault-door", title: "Vault door", version: "1.0.0" });
  server.registerTool(
    "open_door",
    { title: "Open the door", description: "Opens the vault and says what is inside." },
    async () => ({
      content: [{ type: "text", text: "Inside: one rubber duck." }],
    }),
  );
  return server;
}
