// What a server may ask the app's own model, and what can be answered (MCP specification, "Sampling").
import type { JsonObject, JsonValue } from "./json.ts";
import type { ContentBlock, Tool } from "./mcp-types.ts";

/** One block of a message. The last two only come where the use of tools was announced. */
export type SamplingContent =
  | Extract<ContentBlock, { readonly type: "text" | "image" | "audio" }>
  | {
      readonly type: "tool_use";
      readonly id: string;
      readonly name: string;
      readonly input: JsonObject;
      readonly _meta?: JsonObject;
    }
  | {
      readonly type: "tool_result";
      readonly toolUseId: string;
      readonly content: readonly ContentBlock[];
      readonly structuredContent?: JsonValue;
      readonly isError?: boolean;
      readonly _meta?: JsonObject;
    };

export interface SamplingMessage {
  readonly role: "user" | "assistant";
  readonly content: SamplingContent | readonly SamplingContent[];
  readonly _meta?: JsonObject;
}

/** What the server would like of a model: each from 0 (does not matter) to 1 (matters most). */
export interface ModelPreferences {
  /** Parts of model names, the best first. Advice. */
  readonly hints?: readonly { readonly name?: string }[];
  readonly costPriority?: number;
  readonly speedPriority?: number;
  readonly intelligencePriority?: number;
}

/** Untrusted in all its parts: show it to a person before a model sees it. */
export interface SamplingRequest {
  readonly method: "sampling/createMessage";
  readonly params: {
    readonly messages: readonly SamplingMessage[];
    readonly modelPreferences?: ModelPreferences;
    readonly systemPrompt?: string;
    readonly includeContext?: "none" | "thisServer" | "allServers";
    readonly temperature?: number;
    readonly maxTokens: number;
    readonly stopSequences?: readonly string[];
    readonly metadata?: JsonObject;
    readonly tools?: readonly Tool[];
    readonly toolChoice?: { readonly mode?: "auto" | "required" | "none" };
    readonly _meta?: JsonObject;
  };
}

/** What the model said. Several blocks are for answers to requests with tools. */
export interface SamplingResult {
  readonly role: "user" | "assistant";
  readonly content: SamplingContent | readonly SamplingContent[];
  /** Name of the model that was used. */
  readonly model: string;
  /** `endTurn`, `stopSequence`, `maxTokens`, `toolUse`, or a word of the model's own. */
  readonly stopReason?: string;
}
