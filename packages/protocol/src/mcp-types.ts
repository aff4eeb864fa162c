// What an MCP server offers, declared here so that no public type depends on another package.
import type { JsonObject } from "./json.ts";

/** A JSON Schema document, passed through exactly as the server sent it. */
export type JsonSchema = JsonObject;

/** An icon a server offers for itself or an item. Untrusted: see the MCP specification, `icons`. */
export interface Icon {
  readonly src: string;
  readonly mimeType?: string;
  readonly sizes?: readonly string[];
  readonly theme?: string;
}

/** Hints about a tool. Untrusted: never use one to skip a confirmation. */
export interface ToolAnnotations {
  readonly title?: string;
  readonly readOnlyHint?: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint?: boolean;
  readonly openWorldHint?: boolean;
}

export interface Tool {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema?: JsonSchema;
  readonly annotations?: ToolAnnotations;
  /** Revision 2025-11-25: whether the tool works as a task, and whether it has to. */
  readonly execution?: { readonly taskSupport?: "forbidden" | "optional" | "required" };
  readonly icons?: readonly Icon[];
  readonly _meta?: JsonObject;
}

export interface PromptArgument {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly required?: boolean;
}

export interface Prompt {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly arguments?: readonly PromptArgument[];
  readonly icons?: readonly Icon[];
  readonly _meta?: JsonObject;
}

export interface Resource {
  readonly uri: string;
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly mimeType?: string;
  readonly size?: number;
  readonly icons?: readonly Icon[];
  readonly _meta?: JsonObject;
}

export interface ResourceTemplate {
  readonly uriTemplate: string;
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly mimeType?: string;
  readonly icons?: readonly Icon[];
  readonly _meta?: JsonObject;
}

/** What the server said it can do, as negotiated. */
export interface ServerCapabilities {
  readonly tools?: { readonly listChanged?: boolean };
  readonly prompts?: { readonly listChanged?: boolean };
  readonly resources?: { readonly listChanged?: boolean; readonly subscribe?: boolean };
  readonly completions?: JsonObject;
  readonly logging?: JsonObject;
  /** Revision 2025-11-25. */
  readonly tasks?: {
    readonly cancel?: JsonObject;
    readonly requests?: { readonly tools?: { readonly call?: JsonObject } };
  };
  readonly experimental?: JsonObject;
  readonly extensions?: JsonObject;
}

/** One block of a tool's or prompt's content. Unknown kinds pass through. */
export type ContentBlock =
  | { readonly type: "text"; readonly text: string; readonly _meta?: JsonObject }
  | { readonly type: "image"; readonly data: string; readonly mimeType: string; readonly _meta?: JsonObject }
  | { readonly type: "audio"; readonly data: string; readonly mimeType: string; readonly _meta?: JsonObject }
  | ({ readonly type: "resource_link" } & Resource)
  | { readonly type: "resource"; readonly resource: ResourceContents; readonly _meta?: JsonObject };

export interface ResourceContents {
  readonly uri: string;
  readonly mimeType?: string;
  readonly text?: string;
  /** base64 */
  readonly blob?: string;
  readonly _meta?: JsonObject;
}

export interface CallToolResult {
  readonly content: readonly ContentBlock[];
  readonly structuredContent?: JsonObject;
  /** The tool ran and says that it failed. A protocol failure is an exception instead. */
  readonly isError?: boolean;
  readonly _meta?: JsonObject;
}

export interface ReadResourceResult {
  readonly contents: readonly ResourceContents[];
  readonly _meta?: JsonObject;
}

export interface PromptMessage {
  readonly role: "user" | "assistant";
  readonly content: ContentBlock;
}

/** What is being filled in: an argument of a prompt, or a variable of a resource template. */
export type CompletionReference =
  | { readonly type: "ref/prompt"; readonly name: string }
  | { readonly type: "ref/resource"; readonly uri: string };

/** Suggestions for one value (`completion/complete`), the best first; at most 100. */
export interface Completion {
  readonly values: readonly string[];
  /** How many there are in all, where the server says so. */
  readonly total?: number;
  readonly hasMore?: boolean;
}

export interface GetPromptResult {
  readonly description?: string;
  readonly messages: readonly PromptMessage[];
  readonly _meta?: JsonObject;
}
