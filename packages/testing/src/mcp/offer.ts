// What a mock MCP server offers, and its answers to questions that are the same in both eras.
import type {
  CallToolResult,
  GetPromptResult,
  JsonObject,
  JsonValue,
  Prompt,
  Resource,
  ResourceTemplate,
  ServerCapabilities,
  Tool,
} from "@agents-internal/protocol";
import type { McpServerSwitch } from "./faults.ts";
import { isObject, RpcFailure } from "./rpc.ts";
import type { MockTask, MockTaskOptions } from "./tasks.ts";

export interface ToolCall {
  readonly headers: Headers;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /** Reaches the client only when the server answers with streams and the client asked for progress. */
  progress(progress: number, total?: number, message?: string): void;
  /** Of a tool with `asTask`. */
  readonly task?: MockTask;
}

export interface MockTool extends Tool {
  /** Default: answers with its arguments as text. */
  readonly handle?: (args: JsonObject, call: ToolCall) => CallToolResult | Promise<CallToolResult>;
  /** Scopes a token needs to call it; without them the answer is 403 `insufficient_scope`. */
  readonly requiredScopes?: readonly string[];
  /** Modern only: answer with a task and go on working; `handle` is then given the task as well. */
  readonly asTask?: MockTaskOptions;
}

export interface MockPrompt extends Prompt {
  readonly handle?: (args: JsonObject) => GetPromptResult;
}

export interface MockResource extends Resource {
  readonly text?: string;
}

export interface Offer {
  tools: readonly MockTool[];
  prompts: readonly MockPrompt[];
  resources: readonly MockResource[];
  resourceTemplates: readonly ResourceTemplate[];
}

export interface OfferOptions {
  readonly offer: Offer;
  readonly faults: ReadonlySet<McpServerSwitch>;
  readonly pageSize: number;
}

export const ECHO_TOOL: MockTool = {
  name: "echo",
  description: "Says what it was told.",
  inputSchema: { type: "object", properties: { text: { type: "string" } } },
};

export function capabilitiesOf(offer: Offer): ServerCapabilities {
  return {
    tools: { listChanged: true },
    ...(offer.tools.some(({ asTask }) => asTask) ? { extensions: { "io.modelcontextprotocol/tasks": {} } } : {}),
    ...(offer.prompts.length > 0 ? { prompts: { listChanged: true } } : {}),
    ...(offer.resources.length > 0 || offer.resourceTemplates.length > 0 ? { resources: { listChanged: true } } : {}),
  };
}

/** The result for a method, or throws `RpcFailure`. */
export async function answer(
  method: string,
  params: JsonObject,
  call: ToolCall,
  options: OfferOptions,
): Promise<JsonObject> {
  const { offer } = options;
  switch (method) {
    case "tools/list":
      return page("tools", "broken-tools", listedTools(options), params, options);
    case "prompts/list":
      return page("prompts", "broken-prompts", offer.prompts, params, options);
    case "resources/list":
      return page("resources", "broken-resources", offer.resources, params, options);
    case "resources/templates/list":
      return page("resourceTemplates", "broken-templates", offer.resourceTemplates, params, options);
    case "tools/call":
      return callTool(params, call, offer);
    case "prompts/get":
      return getPrompt(params, offer);
    case "resources/read":
      return readResource(params, offer);
    case "ping":
      return {};
    default:
      throw new RpcFailure(-32601, "Method not found");
  }
}

const HOSTILE_NAMES = ["__proto__", "constructor", "hasOwnProperty", "gpj.\u202Eexe", "echo\u200B", " echo"];

function listedTools({ offer, faults }: OfferOptions): readonly MockTool[] {
  if (!faults.has("tool-names-hostile")) return offer.tools;
  return [...HOSTILE_NAMES.map((name) => ({ name, inputSchema: { type: "object" as const } })), ...offer.tools];
}

function page(
  key: keyof Offer,
  fault: McpServerSwitch,
  all: readonly object[],
  params: JsonObject,
  { faults, pageSize }: OfferOptions,
): JsonObject {
  if (faults.has(fault)) throw new RpcFailure(-32603, "The list is broken.");
  const from = Number(params.cursor ?? 0);
  if (!Number.isInteger(from) || from < 0) throw new RpcFailure(-32602, "Unknown cursor");
  const items = all.slice(from, from + pageSize).map(plain);
  const more = faults.has("endless-pages") || from + pageSize < all.length;
  return { [key]: items, ...(more ? { nextCursor: String(from + pageSize) } : {}) };
}

export async function callTool(params: JsonObject, call: ToolCall, offer: Offer): Promise<JsonObject> {
  const tool = offer.tools.find(({ name }) => name === params.name);
  if (tool === undefined) throw new RpcFailure(-32602, `Tool ${String(params.name)} not found`);
  const args = isObject(params.arguments) ? params.arguments : {};
  const handle = tool.handle ?? (() => ({ content: [{ type: "text" as const, text: JSON.stringify(args) }] }));
  return plain(await handle(args, call));
}

function getPrompt(params: JsonObject, offer: Offer): JsonObject {
  const prompt = offer.prompts.find(({ name }) => name === params.name);
  if (prompt === undefined) throw new RpcFailure(-32602, `Prompt ${String(params.name)} not found`);
  const args = isObject(params.arguments) ? params.arguments : {};
  const handle =
    prompt.handle ??
    (() => ({ messages: [{ role: "user" as const, content: { type: "text" as const, text: JSON.stringify(args) } }] }));
  return plain(handle(args));
}

function readResource(params: JsonObject, offer: Offer): JsonObject {
  const resource = offer.resources.find(({ uri }) => uri === params.uri);
  if (resource === undefined) throw new RpcFailure(-32002, "Resource not found", { uri: String(params.uri) });
  return { contents: [{ uri: resource.uri, mimeType: resource.mimeType ?? "text/plain", text: resource.text ?? "" }] };
}

/** As it would arrive over the wire: without functions, and without what only the mock knows. */
function plain(value: object): JsonObject {
  const own = new Set(["handle", "requiredScopes", "asTask"]);
  return JSON.parse(JSON.stringify(value, (key, each: JsonValue) => (own.has(key) ? undefined : each))) as JsonObject;
}
