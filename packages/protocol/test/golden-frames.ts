// Frames exactly as they stand on the wire, with what each one means: the reference's shapes and our additions to them.
import type { ClientMessage, ServerMessage } from "../src/index.ts";

export interface GoldenFrame<M> {
  readonly name: string;
  /** `reference`: sent by the reference as it is. `ours`: carries something only we send. */
  readonly from: "reference" | "ours";
  readonly text: string;
  readonly message: M;
}

const server = {
  name: "GitHub",
  server_url: "https://mcp.example/mcp",
  auth_url: null,
  state: "ready",
  error: null,
  instructions: "Be kind.",
  capabilities: { tools: { listChanged: true } },
} as const;

const tool = {
  name: "search",
  description: "Find things",
  inputSchema: { type: "object", properties: {} },
  serverId: "s1",
};

/** What the reference's MCP frame means to us: the same, and no templates. */
const referenceMcp = { servers: { s1: server }, tools: [tool], prompts: [], resources: [], resourceTemplates: [] };

const ourMcp = {
  servers: {
    s1: {
      ...server,
      connectionState: "ready",
      error_code: null,
      auth_reason: null,
      auth_scopes: null,
      auth_tools: null,
      auth_host: null,
      tool_changes: [{ name: "search", change: "changed", held: true }],
      tool_policies: { search: "ask" },
    },
  },
  tools: [tool],
  prompts: [{ name: "greet", serverId: "s1" }],
  resources: [{ uri: "file:///a", name: "a", serverId: "s1" }],
  resourceTemplates: [{ uriTemplate: "file:///{path}", name: "file", serverId: "s1" }],
  vault: "keyed",
} as const;

/** A server whose lists are not whole. */
const incompleteMcp = {
  ...ourMcp,
  servers: {
    s1: {
      ...ourMcp.servers.s1,
      list_problems: {
        tools: [
          {
            error_code: "list-endless",
            error: "The server's list has no end that this agent would read to. (64 pages were read.)",
            left_out: null,
          },
          { error_code: "items-unusable", error: "Some of what the server lists cannot be used.", left_out: 2 },
        ],
      },
    },
  },
} as const;

/** The same as {@link ourMcp}, as whoever asked for patches is told it. */
const { serverId: _, ...ownTool } = tool;
const ourEverything = {
  to: "v1",
  ids: ["s1"],
  vault: "keyed",
  servers: ourMcp.servers,
  tools: { s1: [ownTool] },
  prompts: { s1: [{ name: "greet" }] },
  resources: { s1: [{ uri: "file:///a", name: "a" }] },
  resourceTemplates: { s1: [{ uriTemplate: "file:///{path}", name: "file" }] },
} as const;

const asked = { serverId: "s1", message: "Who?", createdAt: 1000, deadline: 301_000 } as const;
const ourQuestions = {
  elicitations: [
    {
      ...asked,
      id: "q1",
      call: "search",
      mode: "form",
      requestedSchema: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
    },
    { ...asked, id: "q2", call: null, mode: "url", url: "https://pay.example/1", opened: true },
  ],
  ended: [{ id: "q0", end: "answered" }],
} as const;

/** Agent to client. */
export const SERVER_FRAMES: readonly GoldenFrame<unknown>[] = [
  {
    name: "identity",
    from: "reference",
    text: '{"type":"cf_agent_identity","name":"default","agent":"my-agent"}',
    message: { type: "cf_agent_identity", name: "default", agent: "my-agent" } satisfies ServerMessage,
  },
  {
    name: "identity that announces the state",
    from: "reference",
    text: '{"type":"cf_agent_identity","name":"default","agent":"my-agent","stateFollows":true}',
    message: {
      type: "cf_agent_identity",
      name: "default",
      agent: "my-agent",
      stateFollows: true,
    } satisfies ServerMessage,
  },
  {
    name: "state",
    from: "reference",
    text: '{"type":"cf_agent_state","state":{"count":1}}',
    message: { type: "cf_agent_state", state: { count: 1 } } satisfies ServerMessage,
  },
  {
    name: "a state that is null",
    from: "reference",
    text: '{"type":"cf_agent_state","state":null}',
    message: { type: "cf_agent_state", state: null } satisfies ServerMessage,
  },
  {
    name: "refusal for a read-only connection",
    from: "reference",
    text: '{"type":"cf_agent_state_error","error":"Connection is readonly"}',
    message: { type: "cf_agent_state_error", error: "Connection is readonly" } satisfies ServerMessage,
  },
  {
    name: "refusal of a state",
    from: "reference",
    text: '{"type":"cf_agent_state_error","error":"State update rejected"}',
    message: { type: "cf_agent_state_error", error: "State update rejected" } satisfies ServerMessage,
  },
  {
    name: "MCP servers without templates",
    from: "reference",
    text: JSON.stringify({
      type: "cf_agent_mcp_servers",
      mcp: { prompts: [], resources: [], servers: { s1: server }, tools: [tool] },
    }),
    message: { type: "cf_agent_mcp_servers", mcp: referenceMcp },
  },
  {
    name: "MCP servers",
    from: "ours",
    text: JSON.stringify({ type: "cf_agent_mcp_servers", mcp: ourMcp }),
    message: { type: "cf_agent_mcp_servers", mcp: ourMcp },
  },
  {
    name: "MCP servers whose lists are not whole",
    from: "ours",
    text: JSON.stringify({ type: "cf_agent_mcp_servers", mcp: incompleteMcp }),
    message: { type: "cf_agent_mcp_servers", mcp: incompleteMcp },
  },
  {
    name: "everything, to whoever takes patches",
    from: "ours",
    text: JSON.stringify({ type: "cf_agent_mcp_patch", ...ourEverything }),
    message: { type: "cf_agent_mcp_patch", ...ourEverything } satisfies ServerMessage,
  },
  {
    name: "nothing, to whoever takes patches",
    from: "ours",
    text: '{"type":"cf_agent_mcp_patch","to":"v0","ids":[]}',
    message: { type: "cf_agent_mcp_patch", to: "v0", ids: [] } satisfies ServerMessage,
  },
  {
    name: "a server that nobody listens to any more",
    from: "ours",
    text: JSON.stringify({
      type: "cf_agent_mcp_patch",
      from: "v1",
      to: "v2",
      servers: { s1: { ...ourMcp.servers.s1, live: false } },
    }),
    message: {
      type: "cf_agent_mcp_patch",
      from: "v1",
      to: "v2",
      servers: { s1: { ...ourMcp.servers.s1, live: false } },
    } satisfies ServerMessage,
  },
  {
    name: "a list that changed",
    from: "ours",
    text: '{"type":"cf_agent_mcp_patch","from":"v2","to":"v3","prompts":{"s1":[]}}',
    message: { type: "cf_agent_mcp_patch", from: "v2", to: "v3", prompts: { s1: [] } } satisfies ServerMessage,
  },
  {
    name: "a server that went",
    from: "ours",
    text: '{"type":"cf_agent_mcp_patch","from":"v3","to":"v0","ids":[]}',
    message: { type: "cf_agent_mcp_patch", from: "v3", to: "v0", ids: [] } satisfies ServerMessage,
  },
  {
    name: "questions that wait for a person",
    from: "ours",
    text: JSON.stringify({ type: "cf_agent_mcp_elicitations", ...ourQuestions }),
    message: { type: "cf_agent_mcp_elicitations", ...ourQuestions } satisfies ServerMessage,
  },
  {
    name: "no questions",
    from: "ours",
    text: '{"type":"cf_agent_mcp_elicitations","elicitations":[],"ended":[]}',
    message: { type: "cf_agent_mcp_elicitations", elicitations: [], ended: [] } satisfies ServerMessage,
  },
  {
    name: "result",
    from: "reference",
    text: '{"done":true,"id":"1","result":3,"success":true,"type":"rpc"}',
    message: { type: "rpc", id: "1", success: true, result: 3, done: true } satisfies ServerMessage,
  },
  {
    name: "result of a method that returns nothing",
    from: "reference",
    text: '{"done":true,"id":"1","success":true,"type":"rpc"}',
    message: { type: "rpc", id: "1", success: true, result: undefined, done: true } satisfies ServerMessage,
  },
  {
    name: "chunk of a stream",
    from: "reference",
    text: '{"done":false,"id":"1","result":"part","success":true,"type":"rpc"}',
    message: { type: "rpc", id: "1", success: true, result: "part", done: false } satisfies ServerMessage,
  },
  {
    name: "failed call",
    from: "reference",
    text: '{"error":"Method x does not exist","id":"1","success":false,"type":"rpc"}',
    message: { type: "rpc", id: "1", success: false, error: "Method x does not exist" } satisfies ServerMessage,
  },
  {
    name: "failed call with a code",
    from: "ours",
    text: '{"type":"rpc","id":"1","success":false,"error":"Method x does not exist","code":"method-not-found"}',
    message: {
      type: "rpc",
      id: "1",
      success: false,
      error: "Method x does not exist",
      code: "method-not-found",
    } satisfies ServerMessage,
  },
];

/** Client to agent. */
export const CLIENT_FRAMES: readonly GoldenFrame<ClientMessage>[] = [
  {
    name: "state",
    from: "reference",
    text: '{"state":{"count":2},"type":"cf_agent_state"}',
    message: { type: "cf_agent_state", state: { count: 2 } },
  },
  {
    name: "call",
    from: "reference",
    text: '{"args":[1,{"b":2}],"id":"8cb5","method":"add","type":"rpc"}',
    message: { type: "rpc", id: "8cb5", method: "add", args: [1, { b: 2 }] },
  },
  {
    name: "wish to have everything anew",
    from: "ours",
    text: '{"type":"cf_agent_mcp_patch"}',
    message: { type: "cf_agent_mcp_patch" },
  },
  {
    name: "wish to be told of questions",
    from: "ours",
    text: '{"type":"cf_agent_mcp_elicitations"}',
    message: { type: "cf_agent_mcp_elicitations" },
  },
  {
    name: "answer to a question",
    from: "ours",
    text: '{"type":"cf_agent_mcp_elicitation_answer","id":"8cb6","elicitation":"q1","result":{"action":"decline"}}',
    message: {
      type: "cf_agent_mcp_elicitation_answer",
      id: "8cb6",
      elicitation: "q1",
      result: { action: "decline" },
    },
  },
];
