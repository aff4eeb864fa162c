// Reads what a server asks for into what handlers rely on. Strangers write it: what does not have the shape is refused.
import type { ElicitRequest, JsonObject, SamplingRequest } from "@agents-internal/protocol";
import { isTooDeep } from "../../depth.ts";
import { isRecord } from "../../is-record.ts";
import type { RpcParams } from "../../transport/json-rpc.ts";

/** MCP specification, "Elicitation". `null`: it is none. */
export function readElicitation(params: RpcParams): ElicitRequest["params"] | null {
  const { mode, message, url, elicitationId, requestedSchema } = params;
  if (typeof message !== "string" || isTooDeep(params)) return null;
  if (mode === "url") {
    const isNamed = elicitationId === undefined || typeof elicitationId === "string";
    return typeof url === "string" && URL.canParse(url) && isNamed ? ({ ...params, mode, message, url } as Url) : null;
  }
  if ((mode !== undefined && mode !== "form") || !isForm(requestedSchema)) return null;
  return { ...params, message, requestedSchema } as Form;
}

type Url = Extract<ElicitRequest["params"], { readonly mode: "url" }>;
type Form = Exclude<ElicitRequest["params"], Url>;

function isForm(schema: unknown): schema is JsonObject {
  if (!isRecord(schema) || schema.type !== "object" || !isRecord(schema.properties)) return false;
  const { required = [] } = schema;
  if (!Array.isArray(required) || !required.every((name) => typeof name === "string")) return false;
  return Object.values(schema.properties).every(isField);
}

/** One primitive value, or a list of choices. */
function isField(field: unknown): boolean {
  if (!isRecord(field)) return false;
  if (field.type === "array") return isRecord(field.items) && !("properties" in field.items);
  return FIELD_TYPES.has(field.type);
}

const FIELD_TYPES: ReadonlySet<unknown> = new Set(["string", "number", "integer", "boolean"]);

/** MCP specification, "Sampling". `null`: it is none. */
export function readSampling(params: unknown): SamplingRequest["params"] | null {
  if (!isRecord(params) || isTooDeep(params)) return null;
  const { messages, maxTokens } = params;
  if (!Array.isArray(messages) || !messages.every(isMessage) || !Number.isSafeInteger(maxTokens)) return null;
  const fits = Object.entries(OPTIONS).every(([name, is]) => params[name] === undefined || is(params[name]));
  return fits ? (params as unknown as SamplingRequest["params"]) : null;
}

const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";

const OPTIONS: Readonly<Record<string, (value: unknown) => boolean>> = {
  modelPreferences: isRecord,
  systemPrompt: isText,
  includeContext: (value) => value === "none" || value === "thisServer" || value === "allServers",
  temperature: isNumber,
  stopSequences: (value) => Array.isArray(value) && value.every(isText),
  metadata: isRecord,
  tools: (value) =>
    Array.isArray(value) && value.every((tool) => isRecord(tool) && isText(tool.name) && isRecord(tool.inputSchema)),
  toolChoice: isRecord,
};

function isMessage(message: unknown): boolean {
  if (!isRecord(message) || (message.role !== "user" && message.role !== "assistant")) return false;
  const { content } = message;
  return Array.isArray(content) ? content.every(isContent) : isContent(content);
}

function isContent(block: unknown): boolean {
  if (!isRecord(block)) return false;
  switch (block.type) {
    case "text":
      return isText(block.text);
    case "image":
    case "audio":
      return isText(block.data) && isText(block.mimeType);
    case "tool_use":
      return isText(block.id) && isText(block.name) && isRecord(block.input);
    case "tool_result":
      return isText(block.toolUseId) && Array.isArray(block.content) && block.content.every(isRecord);
    default:
      return false;
  }
}
