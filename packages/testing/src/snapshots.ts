// One snapshot for each state a person can see: for galleries, component tests and documentation.
import {
  EMPTY_MCP_STATE,
  type ErrorCode,
  ERROR_CODES,
  type MCPServer,
  type MCPServersState,
  type Tool,
} from "@agents-internal/protocol";

const CALLBACK = "https://app.example/agents/my-agent/default/callback";

const BASE: MCPServer = {
  name: "Notes",
  server_url: "https://notes.example/mcp",
  auth_url: null,
  state: "connecting",
  connectionState: "connecting",
  error: null,
  error_code: null,
  instructions: null,
  capabilities: null,
  auth_reason: null,
  auth_scopes: null,
  auth_tools: null,
  auth_host: null,
};

const TOOLS: readonly Tool[] = [
  {
    name: "add_note",
    title: "Add a note",
    description: "Writes a note into the notebook.",
    inputSchema: {
      type: "object",
      properties: { title: { type: "string" }, text: { type: "string" } },
      required: ["title", "text"],
    },
  },
  {
    name: "list_notes",
    title: "List notes",
    description: "All notes, as structured data.",
    inputSchema: { type: "object" },
    outputSchema: { type: "object", properties: { count: { type: "integer" } }, required: ["count"] },
    annotations: { readOnlyHint: true },
  },
  {
    name: "clear_notes",
    title: "Throw all notes away",
    inputSchema: { type: "object" },
    annotations: { destructiveHint: true },
  },
];

function one(facts: Partial<MCPServer> & Pick<MCPServer, "state">): MCPServersState {
  return {
    ...EMPTY_MCP_STATE,
    servers: { notes: { ...BASE, ...facts, connectionState: facts.state } },
    vault: "keyed",
  };
}

const authenticating = (auth_reason: MCPServer["auth_reason"], auth_scopes: readonly string[]): MCPServersState =>
  one({
    state: "authenticating",
    auth_url: `${CALLBACK}?flow=example`,
    auth_reason,
    auth_scopes,
    auth_host: "auth.example",
  });

const failed = (error_code: ErrorCode): MCPServersState =>
  one({ state: "failed", error_code, error: ERROR_CODES[error_code].message });

const known = {
  capabilities: { tools: { listChanged: true }, prompts: {}, resources: {} },
  instructions: "A small notebook.",
};

const ready: MCPServersState = {
  ...one({ state: "ready", ...known }),
  tools: TOOLS.map((tool) => ({ ...tool, serverId: "notes" })),
  prompts: [
    { name: "summarize", description: "Asks for a summary.", arguments: [{ name: "style" }], serverId: "notes" },
  ],
  resources: [{ uri: "notes://all", name: "all-notes", mimeType: "application/json", serverId: "notes" }],
  resourceTemplates: [{ uriTemplate: "notes://note/{id}", name: "note", serverId: "notes" }],
};

/** Name → snapshot. Each holds one server, except `empty` and `many`. */
export const MCP_SNAPSHOTS = {
  empty: EMPTY_MCP_STATE,
  "not-connected": one({ state: "not-connected" }),
  connecting: one({ state: "connecting" }),
  "sign-in needed": authenticating("sign-in", ["notes"]),
  "sign-in expired": authenticating("expired", ["notes"]),
  "access revoked": authenticating("revoked", ["notes"]),
  "more permission needed": authenticating("more-scope", ["notes", "notes:delete"]),
  connected: one({ state: "connected", ...known }),
  discovering: one({ state: "discovering", ...known }),
  ready,
  "ready, nobody listens": { ...ready, servers: one({ state: "ready", ...known, live: false }).servers },
  "ready, offers nothing": one({ state: "ready", capabilities: {} }),
  "ready, vault unkeyed": { ...ready, vault: "unkeyed" },
  "failed, declined": failed("authorization-denied"),
  "failed, too late": failed("authorization-expired"),
  "failed, unreachable": failed("host-unreachable"),
  "failed, timeout": failed("timeout"),
  "failed, not an MCP server": failed("not-an-mcp-server"),
  "failed, client id required": failed("client-id-required"),
  "failed, vault locked": failed("vault-locked"),
  many: {
    ...ready,
    servers: {
      notes: ready.servers.notes ?? BASE,
      weather: {
        ...BASE,
        name: "Weather",
        server_url: "https://weather.example/mcp",
        state: "connecting",
        connectionState: "connecting",
      },
      calendar: {
        ...BASE,
        name: "Calendar",
        server_url: "https://calendar.example/mcp",
        state: "failed",
        connectionState: "failed",
        error_code: "host-unreachable",
        error: ERROR_CODES["host-unreachable"].message,
      },
    },
  },
} as const satisfies Readonly<Record<string, MCPServersState>>;

export type McpSnapshotName = keyof typeof MCP_SNAPSHOTS;
