// MCP tools as the AI SDK's tools: schemas passed through untouched, calls made by the agent.
import type {
  CallToolResult,
  ContentBlock,
  JsonObject,
  JsonSchema,
  Tool,
  WithServerId,
} from "@agents-internal/protocol";
import { McpError } from "../errors.ts";
import { toolKey } from "./names.ts";

/** The AI SDK knows a schema object by this registered symbol; importing `ai` for it would cost 44 kB. */
const AI_SCHEMA = Symbol.for("vercel.ai.schema");

export interface AISchema {
  readonly [AI_SCHEMA]: true;
  readonly _type: unknown;
  readonly jsonSchema: JsonSchema;
  readonly validate: undefined;
  /** The shape the SDK's types know a foreign schema by (Standard Schema); at run time it looks for the symbol first. */
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => { readonly value: never };
  };
}

/** What the AI SDK hands to a running tool, as far as it is used here. */
export interface AIToolCallOptions {
  readonly toolCallId?: string;
  readonly abortSignal?: AbortSignal;
}

/** One entry of an AI SDK `ToolSet`. */
export interface MCPAITool {
  readonly description?: string;
  readonly title?: string;
  readonly inputSchema: AISchema;
  readonly outputSchema?: AISchema;
  execute(input: unknown, options?: AIToolCallOptions): Promise<CallToolResult>;
  toModelOutput(result: unknown): AIModelOutput;
}

export type MCPAIToolSet = Record<string, MCPAITool>;

export type AIModelOutput =
  | { readonly type: "text"; readonly value: string }
  | {
      readonly type: "content";
      readonly value: (
        | { readonly type: "text"; readonly text: string }
        | { readonly type: "file-data"; readonly data: string; readonly mediaType: string }
      )[];
    };

export type CallAITool = (
  call: { readonly serverId: string; readonly name: string; readonly arguments: JsonObject },
  options: { readonly signal?: AbortSignal | undefined },
) => Promise<CallToolResult>;

/** Build the tool set. Sorted by key, so that the same tools always give the same prompt. */
export function toAITools(tools: readonly WithServerId<Tool>[], call: CallAITool): MCPAIToolSet {
  const entries = tools.map((tool) => [toolKey(tool.serverId, tool.name), toAITool(tool, call)] as const);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  // A set without a prototype: a tool named `__proto__` is a tool like any other.
  const set = Object.create(null) as MCPAIToolSet;
  for (const [key, tool] of entries) set[key] = tool;
  return set;
}

function toAITool(tool: WithServerId<Tool>, call: CallAITool): MCPAITool {
  const title = tool.title ?? tool.annotations?.title;
  return {
    ...(tool.description === undefined ? {} : { description: tool.description }),
    ...(title === undefined ? {} : { title }),
    inputSchema: passThrough(tool.inputSchema),
    ...(tool.outputSchema === undefined ? {} : { outputSchema: passThrough(tool.outputSchema) }),
    async execute(input, options) {
      const result = await call(
        { serverId: tool.serverId, name: tool.name, arguments: isObject(input) ? input : {} },
        { signal: options?.abortSignal },
      );
      if (result.isError)
        throw new McpError("tool-failed", { detail: textOf(result.content), serverId: tool.serverId });
      return result;
    },
    toModelOutput: (given) => toModelOutput(outputOf(given)),
  };
}

function passThrough(schema: JsonSchema): AISchema {
  return {
    [AI_SCHEMA]: true,
    _type: undefined,
    jsonSchema: schema,
    validate: undefined,
    // The MCP server validates its arguments itself.
    "~standard": { version: 1, vendor: "mcp", validate: (value) => ({ value: value as never }) },
  };
}

/** AI SDK 6 and later wrap the output with its call; earlier ones hand it over bare. */
function outputOf(given: unknown): CallToolResult {
  const result = isObject(given) && "output" in given && !("content" in given) ? given["output"] : given;
  return result as CallToolResult;
}

function toModelOutput(result: CallToolResult): AIModelOutput {
  if (result.content.every((block) => block.type === "text")) return { type: "text", value: textOf(result.content) };
  return {
    type: "content",
    value: result.content.map((block) =>
      block.type === "image" || block.type === "audio"
        ? { type: "file-data" as const, data: block.data, mediaType: block.mimeType }
        : { type: "text" as const, text: textOf([block]) },
    ),
  };
}

function textOf(content: readonly ContentBlock[]): string {
  return content.map((block) => (block.type === "text" ? block.text : JSON.stringify(block))).join("\n");
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
