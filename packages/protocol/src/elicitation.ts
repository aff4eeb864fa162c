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

/** How a question ended: `answered` does not say what the answer was, which is nobody else's business. */
export type ElicitationEnd =
  | "answered"
  /** The server says that what it wanted done on its page is done. */
  | "completed"
  /** Nobody answered in time. */
  | "expired"
  /** Its call, or its server, is gone. */
  | "withdrawn"
  /** The agent was restarted in the middle of a call that cannot be gone on with. */
  | "interrupted";

interface ElicitationFacts {
  readonly id: string;
  readonly serverId: string;
  /** The tool, prompt or resource whose call asks; `null` where that is not known. */
  readonly call: string | null;
  /** Untrusted text of the server. */
  readonly message: string;
  /** ms since the epoch, as is `deadline`. */
  readonly createdAt: number;
  readonly deadline: number;
}

/** A question of a server that waits for a person. */
export type Elicitation =
  | (ElicitationFacts & { readonly mode: "form"; readonly requestedSchema: JsonSchema })
  | (ElicitationFacts & {
      readonly mode: "url";
      /** Show all of it and ask before it is opened; never fetch it. */
      readonly url: string;
      /** Somebody agreed to open it, and the server has not said yet that it is done. */
      readonly opened: boolean;
    });
