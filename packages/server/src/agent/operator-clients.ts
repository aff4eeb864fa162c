// The app's table of OAuth clients: what the class says, over what the Worker's variable says.
import { McpError } from "../mcp/errors.ts";
import type { OperatorClients } from "../mcp/oauth/operator-clients.ts";
import type { AgentStaticOptions } from "./agent-options.ts";

/** A secret of the Worker that holds the table as JSON. */
const CLIENTS_VARIABLE = "AGENTS_OAUTH_CLIENTS";

/** Throws `option-invalid` when the variable holds anything but an object; its content is not repeated. */
export function operatorClients(options: AgentStaticOptions, env: object): OperatorClients {
  const { clients } = options.mcp ?? {};
  return { ...fromVariable(env), ...(typeof clients === "function" ? clients(env) : clients) };
}

function fromVariable(env: object): OperatorClients {
  const text = (env as Readonly<Record<string, unknown>>)[CLIENTS_VARIABLE];
  if (typeof text !== "string" || text.trim() === "") return {};
  const table = parse(text);
  if (typeof table === "object" && table !== null && Object.values(table).every(isEntry))
    return table as OperatorClients;
  throw new McpError("option-invalid", { detail: `${CLIENTS_VARIABLE} is JSON: {"host": {"clientId": "…"}}.` });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isEntry(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
