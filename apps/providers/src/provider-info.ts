// What the catalogue says about one local MCP server.

export type ProviderId = "notes" | "clock" | "weather" | "dice" | "vault-door";

/** One entry of the dashboard's catalogue. */
export interface ProviderInfo {
  readonly id: ProviderId;
  readonly name: string;
  /** One sentence for a person. */
  readonly description: string;
  /** What to give to `addMcpServer`. */
  readonly url: string;
  readonly transport: "streamable-http" | "sse";
  /** `bearer` wants `Authorization: Bearer demo-token` as a custom header. */
  readonly auth: "oauth" | "none" | "bearer";
  /** Newest protocol revision the server speaks. */
  readonly era: "2024-11-05" | "2025-11-25" | "2026-07-28";
}

type Facts = Omit<ProviderInfo, "id" | "url"> & { readonly path: string };

/** Everything about the servers that does not depend on a port. */
export const PROVIDER_FACTS: Readonly<Record<ProviderId, Facts>> = {
  notes: {
    name: "Notes",
    description:
      "A notebook you sign in to: tools with progress, pictures and structured results, resources and prompts.",
    path: "/mcp",
    transport: "streamable-http",
    auth: "oauth",
    era: "2025-11-25",
  },
  clock: {
    name: "Clock",
    description: "Tells the time over the oldest transport (HTTP with server-sent events). Open to everybody.",
    path: "/sse",
    transport: "sse",
    auth: "none",
    era: "2024-11-05",
  },
  weather: {
    name: "Weather",
    description: "A made-up forecast behind the same sign-in, in the newest protocol (2026-07-28, no sessions).",
    path: "/mcp",
    transport: "streamable-http",
    auth: "oauth",
    era: "2026-07-28",
  },
  dice: {
    name: "Dice",
    description: "Rolls dice. Open to everybody.",
    path: "/mcp",
    transport: "streamable-http",
    auth: "none",
    era: "2025-11-25",
  },
  "vault-door": {
    name: "Vault door",
    description: "Opens only for the header “Authorization: Bearer demo-token”.",
    path: "/mcp",
    transport: "streamable-http",
    auth: "bearer",
    era: "2025-11-25",
  },
};
