// What the app does with the server of each scenario once it is there.
import type { JsonObject, MCPClientManager } from "agents";
import { McpError } from "agents/mcp";
import type { Task } from "../src/task.ts";

type Story = (use: Use) => Promise<unknown>;

interface Use {
  readonly call: (name: string, args?: JsonObject) => Promise<unknown>;
  readonly mcp: MCPClientManager;
  readonly serverId: string;
  readonly context: Task["context"];
  readonly duringQuestions: Visit["duringQuestions"];
}

export interface Visit {
  readonly mcp: MCPClientManager;
  readonly serverId: string;
  readonly task: Task;
  /** What happens while the server waits for an answer to a question; `null`: nothing. */
  readonly duringQuestions: (work: (() => Promise<unknown>) | null) => void;
}

/** Beyond connecting and listing. */
const STORIES: Readonly<Record<string, Story>> = {
  initialize: async () => undefined,
  "request-metadata": async () => undefined,
  "json-schema-ref-no-deref": async () => undefined,
  tools_call: ({ call }) => call("add_numbers", { a: 5, b: 3 }),
  "elicitation-sep1034-client-defaults": ({ call }) => call("test_client_elicitation_defaults"),
  "sse-retry": ({ call }) => call("test_reconnection"),
  "http-invalid-tool-headers": ({ call }) => call("valid_tool", { region: "us-west1" }),
  async "json-schema-2020-12-preservation"({ mcp, serverId, call }) {
    const tool = mcp.listTools({ serverId }).find(({ name }) => name === "json_schema_2020_12_tool");
    if (tool === undefined) throw new Error("the tool with the schema is not listed");
    await call("json_schema_echo", { schema: tool.inputSchema });
  },
  async "http-standard-headers"({ mcp, serverId, call }) {
    await call("test_headers");
    await mcp.readResource({ serverId, uri: "file:///path/to/file%20name.txt" });
    await mcp.getPrompt({ serverId, name: "test_prompt" });
  },
  async "http-custom-headers"({ call, context }) {
    for (const { name, arguments: args } of context["toolCalls"] as { name: string; arguments: JsonObject }[]) {
      await call(name, args);
    }
  },
  "sep-2640-client-no-prefetch": ({ mcp, serverId }) => mcp.listSkills({ serverId }),
  "sep-2640-client-verify-digest": loadSkill,
  "sep-2640-client-verify-size": loadSkill,
  "sep-2640-client-verify-frontmatter": loadSkill,
  async "sep-2322-client-request-state"({ call, duringQuestions }) {
    duringQuestions(() => call("test_mrtr_unrelated"));
    await call("test_mrtr_echo_state");
    duringQuestions(null);
    await call("test_mrtr_no_state");
    await call("test_mrtr_no_result_type");
  },
};

/** Every server behind a sign-in has this one tool. */
const SIGNED_IN: Story = ({ call }) => call("test-tool");

export async function playStory({ mcp, serverId, task, duringQuestions }: Visit): Promise<void> {
  const story = STORIES[task.scenario] ?? (task.scenario.startsWith("auth/") ? SIGNED_IN : undefined);
  if (story === undefined) throw new Error(`no story for ${task.scenario}`);
  const call: Use["call"] = (name, args = {}) => mcp.callTool({ serverId, name, arguments: args });
  await story({ mcp, serverId, call, context: task.context, duringQuestions });
}

/** As a person who wants the skill would have it: its instructions, and what they point to if those can be trusted. */
async function loadSkill({ mcp, serverId }: Use): Promise<void> {
  const [skill] = await mcp.listSkills({ serverId });
  if (skill === undefined) throw new Error("no skill is listed");
  try {
    await mcp.readSkillFile({ serverId, skill });
  } catch (error) {
    if (error instanceof McpError && error.code === "content-unverified") return;
    throw error;
  }
  await mcp.readSkillFile({ serverId, skill, file: "references/FORMS.md" });
}
