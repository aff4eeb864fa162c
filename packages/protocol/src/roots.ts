// Where a server is told to work (MCP specification, "Roots").
import type { JsonObject } from "./json.ts";

export interface Root {
  /** A `file:` URI in all revisions there are. */
  readonly uri: string;
  readonly name?: string;
  readonly _meta?: JsonObject;
}
