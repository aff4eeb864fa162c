// One server in every state, and one of everything a server can offer: what the gallery is painted from.
import type { CatalogueEntry, ErrorCode, JsonObject, MCPConnectionState, MCPServer, Tool } from "../model.ts";
import type { ServerModel } from "../features/servers/server-model.ts";
import { NO_SIGN_IN, type SignInStatus } from "../features/servers/sign-in.ts";
import type { Sighting } from "../features/servers/connection-progress.ts";

export function aServer(state: MCPConnectionState, change: Partial<MCPServer> = {}): MCPServer {
  return {
    name: "Notes",
    server_url: "https://notes.example.com/mcp",
    auth_url: state === "authenticating" ? "/gallery?flow=none" : null,
    state,
    connectionState: state,
    error: null,
    error_code: null,
    instructions: null,
    capabilities: null,
    auth_reason: state === "authenticating" ? "sign-in" : null,
    auth_scopes: state === "authenticating" ? ["notes"] : null,
    auth_tools: null,
    auth_host: state === "authenticating" ? "accounts.example.com" : null,
    ...change,
  };
}

/** A server with everything its lists can lack. */
export const WITH_LIST_PROBLEMS: MCPServer = aServer("ready", {
  list_problems: {
    tools: [
      { error_code: "list-endless", error: "The list has no end.", left_out: null },
      { error_code: "items-unusable", error: "Some items cannot be used.", left_out: 2 },
    ],
    resources: [{ error_code: "catalogue-full", error: "There is no room.", left_out: 14 }],
    prompts: [{ error_code: "timeout", error: "The server did not answer in time.", left_out: null }],
  },
});

const seen = (...states: readonly MCPConnectionState[]): readonly Sighting[] =>
  states.map((state, index) => ({ state, at: index * 430 }));

function model(id: string, server: MCPServer, change: Partial<ServerModel> = {}): ServerModel {
  return {
    id,
    server,
    offer: { tools: 6, resources: 3, prompts: 2 },
    history: seen(server.state),
    signIn: NO_SIGN_IN,
    pending: null,
    problem: null,
    ...change,
  };
}

const signingIn = (status: SignInStatus): ServerModel =>
  model(`sign-in-${status}`, aServer("authenticating"), {
    signIn: { ...NO_SIGN_IN, status },
    history: seen("connecting", "authenticating"),
  });

const failed = (code: ErrorCode, error: string, change: Partial<ServerModel> = {}): ServerModel =>
  model(`failed-${code}`, aServer("failed", { error_code: code, error }), change);

/** Every card there can be. */
export const CARDS: readonly ServerModel[] = [
  model("connecting", aServer("connecting"), { history: seen("connecting") }),
  model("sign-in", aServer("authenticating")),
  model(
    "expired",
    aServer("authenticating", {
      auth_reason: "expired",
      name: "Weather",
      server_url: "https://weather.example.com/mcp",
    }),
  ),
  model("more-scope", aServer("authenticating", { auth_reason: "more-scope", auth_scopes: ["notes", "notes:delete"] })),
  signingIn("waiting"),
  signingIn("blocked"),
  signingIn("maybe-closed"),
  signingIn("elsewhere"),
  model("exchanging", aServer("connecting"), { history: seen("connecting", "authenticating", "connecting") }),
  model("connected", aServer("connected"), {
    history: seen("connecting", "authenticating", "connecting", "connected"),
  }),
  model("discovering", aServer("discovering"), { history: seen("connecting", "connected", "discovering") }),
  model("ready", aServer("ready")),
  model(
    "long",
    aServer("ready", {
      name: "The server with a name that somebody made far too long to fit on any card of any width, on purpose",
    }),
  ),
  failed("authorization-denied", "Access was declined."),
  failed("authorization-expired", "The sign-in was not finished in time."),
  failed("host-unreachable", "The server could not be reached."),
  failed("not-an-mcp-server", "The address answers, but not as an MCP server."),
  failed("client-id-required", "The sign-in service does not register apps by itself."),
  failed("http-error", "The server answered with an HTTP error.", { pending: "retry" }),
  model("off", aServer("not-connected"), { problem: "The server could not be reached." }),
];

export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    id: "notes",
    name: "Notes",
    description: "A notebook you sign in to: tools with progress, pictures and structured results.",
    url: "http://localhost:8791/mcp",
    transport: "streamable-http",
    auth: "oauth",
    era: "2025-11-25",
  },
  {
    id: "dice",
    name: "Dice",
    description: "Rolls dice. Open to everybody.",
    url: "http://localhost:8794/mcp",
    transport: "streamable-http",
    auth: "none",
    era: "2025-11-25",
  },
  {
    id: "door",
    name: "Vault door",
    description: "Opens only for an access token.",
    url: "http://localhost:8795/mcp",
    transport: "streamable-http",
    auth: "bearer",
    era: "2025-11-25",
  },
];

const schema: JsonObject = {
  type: "object",
  required: ["title", "mood"],
  properties: {
    title: { type: "string", title: "Title", description: "What the note is about." },
    body: { type: "string", description: "Markdown is fine." },
    mood: { type: "string", enum: ["calm", "busy", "curious"], default: "calm" },
    stars: { type: "integer", minimum: 1, maximum: 5, description: "From 1 to 5." },
    pinned: { type: "boolean", title: "Pin it", description: "Pinned notes stay on top." },
    tags: { type: "array", items: { type: "string" }, default: ["idea"] },
    place: {
      type: "object",
      title: "Place",
      properties: {
        city: { type: "string" },
        point: { type: "object", properties: { lat: { type: "number" }, lon: { type: "number" } } },
      },
    },
    extra: { description: "Anything else." },
  },
};

export const TOOLS: readonly Tool[] = [
  {
    name: "add_note",
    title: "Add a note",
    description: "Writes a note into your notebook.",
    inputSchema: schema,
    annotations: { readOnlyHint: false },
  },
  {
    name: "list_notes",
    description: "Lists your notes, the newest first.",
    inputSchema: { type: "object" },
    annotations: { readOnlyHint: true },
  },
  {
    name: "delete_note",
    description: "Throws a note away for good.",
    inputSchema: { type: "object", properties: { id: { type: "string" } } },
    annotations: { destructiveHint: true },
  },
];
