// A server's JSON Schema in the form in which the AI SDK takes schemas, without converting it.
import type { JsonSchema } from "@agents-internal/protocol";

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

/** The same object, not a copy. Nothing is validated here: the MCP server validates its arguments itself. */
export const passThrough = (schema: JsonSchema): AISchema => new PassedThrough(schema);

/** What is the same for all schemas stands with the class: a thousand of them are made at once. */
class PassedThrough implements AISchema {
  declare readonly [AI_SCHEMA]: true;
  declare readonly _type: unknown;
  declare readonly validate: undefined;
  declare readonly "~standard": AISchema["~standard"];
  readonly jsonSchema: JsonSchema;

  constructor(schema: JsonSchema) {
    this.jsonSchema = schema;
  }

  static {
    Object.assign(this.prototype, {
      [AI_SCHEMA]: true,
      _type: undefined,
      validate: undefined,
      "~standard": { version: 1, vendor: "mcp", validate: (value: unknown) => ({ value }) },
    });
  }
}
