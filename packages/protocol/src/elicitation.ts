// What a server may ask a person in the middle of a call, and what can be answered (MCP specification, "Elicitation").
import type { JsonObject } from "./json.ts";
import type { JsonSchema } from "./mcp-types.ts";

/** A form: flat, with one primitive value, or a list of choices, for each property of `requestedSchema`. */
export interface ElicitFormParams {
  /** Absent in the first revisions that had elicitation. */
  readonly mode?: "form";
  /** Untrusted text of the server. */
  readonly message: string;
  readonly requestedSchema: JsonSchema;
  readonly _meta?: JsonObject;
}

/** A page the person has to visit. Show the whole address and ask before it is opened; never fetch it. */
export interface ElicitUrlParams {
  readonly mode: "url";
  readonly message: string;
  readonly url: string;
  readonly elicitationId?: string;
  readonly _meta?: JsonObject;
}

export interface ElicitRequest {
  readonly method: "elicitation/create";
  readonly params: ElicitFormParams | ElicitUrlParams;
}

export type ElicitValue = string | number | boolean | readonly string[];

/** `decline`: the person said no. `cancel`: the person did not decide. */
export type ElicitResult =
  | { readonly action: "accept"; readonly content?: Readonly<Record<string, ElicitValue>> }
  | { readonly action: "decline" | "cancel" };
