// What may be done with a tool, and how it differs from what was accepted.
import type { Tool } from "./mcp-types.ts";

/** `ask`: a person decides each call. `deny`: models do not see the tool, and calls are refused. */
export type ToolPolicy = "allow" | "ask" | "deny";

/** A tool that is not what it was when it was accepted. */
export interface ToolChange {
  readonly name: string;
  readonly change: "added" | "changed";
  /** Models do not see it and calls are refused, until it is accepted. */
  readonly held: boolean;
}

/** The same with both definitions, to be compared by a person. Untrusted text of the server. */
export interface ToolChangeDetail extends ToolChange {
  /** `null` when there was none, or it was too large to keep. */
  readonly before: Tool | null;
  readonly after: Tool | null;
}
