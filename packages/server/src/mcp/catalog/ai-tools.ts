// MCP tools as the AI SDK's tools: schemas passed through untouched, calls made by the agent.
import type { CallToolResult, JsonObject, Tool } from "@agents-internal/protocol";
import { McpError } from "../errors.ts";
import type { CallToolOptions } from "../lasting/tool-calls.ts";
import type { RequestOptions } from "../session/session.ts";
import { type AIModelOutput, textOf, toModelOutput } from "./ai-output.ts";
import { withProgress } from "./ai-progress.ts";
import { type AISchema, passThrough } from "./ai-schema.ts";

/** What the AI SDK hands to a running tool, as far as it is used here. */
export interface AIToolCallOptions {
  readonly toolCallId?: string;
  readonly abortSignal?: AbortSignal;
}

/** One entry of an AI SDK `ToolSet`, of version 6 and of version 7. */
export interface MCPAITool {
  /** The SDK asks a person before each call. */
  readonly needsApproval?: boolean;
  readonly description?: string;
  readonly title?: string;
  readonly inputSchema: AISchema;
  readonly outputSchema?: AISchema;
  /**
   * Call the tool. Resolves to what the server answered; `abortSignal` cancels the call at the server.
   *
   * Rejects with `McpError`: `tool-failed` when the tool ran and says that it failed, `option-invalid` when the input
   * is no object, else what `callTool` rejects with.
   */
  execute(input: unknown, options?: AIToolCallOptions): Promise<CallToolResult>;
  toModelOutput(result: unknown): AIModelOutput;
}

export type MCPAIToolSet = Record<string, MCPAITool>;

/** How the tools behave when a model calls them. */
export interface AIToolsOptions {
  /** ms for one call; default 60 000. Progress starts it anew. */
  readonly timeout?: number;
  /**
   * Show what a server says of its progress as the SDK's preliminary tool results; default false, because the SDK then
   * sends every result twice, the last time as the final one.
   */
  readonly progress?: boolean;
}

export type CallAITool = (
  call: { readonly serverId: string; readonly name: string; readonly arguments: JsonObject },
  options: CallToolOptions,
) => Promise<CallToolResult>;

/** What the tools of one server have in common. */
export interface AIToolHost {
  readonly serverId: string;
  readonly call: CallAITool;
  readonly options: AIToolsOptions;
}

/** `asks`: a person decides each call. */
export function toAITool(tool: Tool, asks: boolean, host: AIToolHost): MCPAITool {
  const { name, description, inputSchema, outputSchema, annotations } = tool;
  const title = tool.title ?? annotations?.title;
  // Only what changes from tool to tool is made for each; fields without a value are left out.
  const made: { -readonly [K in keyof MCPAITool]: MCPAITool[K] } = {
    inputSchema: passThrough(inputSchema),
    execute: (input, given) => execute(name, asks, host, input, given),
    toModelOutput: modelOutput,
  };
  if (description !== undefined) made.description = description;
  if (title !== undefined) made.title = title;
  if (asks) made.needsApproval = true;
  if (outputSchema !== undefined) made.outputSchema = passThrough(outputSchema);
  return made;
}

function execute(
  name: string,
  asks: boolean,
  host: AIToolHost,
  input: unknown,
  given: AIToolCallOptions | undefined,
): Promise<CallToolResult> {
  return host.options.progress === true
    ? withProgress((onProgress) => run(name, asks, host, input, given, onProgress))
    : // Listened to although nobody is told: a tool that reports progress is not cut off while it does.
      run(name, asks, host, input, given, () => undefined);
}

async function run(
  name: string,
  asks: boolean,
  { serverId, call, options: { timeout } }: AIToolHost,
  input: unknown,
  given: AIToolCallOptions | undefined,
  onProgress: RequestOptions["onProgress"],
): Promise<CallToolResult> {
  // The SDK runs a tool that asks only after somebody agreed.
  const options = { signal: given?.abortSignal, timeout, onProgress, approved: asks };
  const result = await call({ serverId, name, arguments: toArguments(input, serverId) }, options);
  if (result.isError) throw new McpError("tool-failed", { detail: textOf(result), serverId });
  if (isVersion7(given)) CALLED_BY_7.add(result);
  return result;
}

function modelOutput(given: unknown): AIModelOutput {
  const result = outputOf(given);
  return toModelOutput(result, CALLED_BY_7.has(result) ? 7 : 6);
}

/**
 * Results that version 7 asked for. Only `execute` can tell the versions apart, so a result out of a stored
 * conversation is said in the older words, which both understand.
 */
const CALLED_BY_7 = new WeakSet<CallToolResult>();

/** Version 7 always passes `context`, version 6 `experimental_context`. */
function isVersion7(options: AIToolCallOptions | undefined): boolean {
  return options !== undefined && "context" in options;
}

/** Models leave the arguments out where a tool takes none. */
function toArguments(input: unknown, serverId: string): JsonObject {
  if (input === undefined || input === null) return {};
  if (isObject(input)) return input;
  throw new McpError("option-invalid", { detail: "The arguments of a tool are an object.", serverId });
}

/** AI SDK 6 and later wrap the output with its call; earlier ones hand it over bare. */
function outputOf(given: unknown): CallToolResult {
  const result = isObject(given) && "output" in given && !("content" in given) ? given["output"] : given;
  if (isObject(result) && Array.isArray(result["content"])) return result as unknown as CallToolResult;
  // Out of a stored conversation; an application may have put something else in its place.
  return { content: [{ type: "text", text: typeof result === "string" ? result : (JSON.stringify(result) ?? "") }] };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
