// Holds values against JSON Schema without generating code, which a Worker may not do.
import { type Schema, type SchemaDraft, Validator } from "@cfworker/json-schema";
import type { OutputValidator } from "./tool-output.ts";

const DRAFTS: Readonly<Record<string, SchemaDraft>> = {
  "//json-schema.org/draft/2020-12/schema": "2020-12",
  "//json-schema.org/draft/2019-09/schema": "2019-09",
  "//json-schema.org/draft-07/schema": "7",
  "//json-schema.org/draft-06/schema": "7",
};

/** 2020-12 where a schema names no dialect. Throws for one that is not known. */
export const schemaValidator: OutputValidator = {
  getValidator(schema) {
    const validator = new Validator(schema as Schema, draftOf(schema.$schema));
    return (input) => {
      const { valid, errors } = validator.validate(input);
      const wrong = errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`).join("; ");
      return { valid, errorMessage: valid ? undefined : wrong };
    };
  },
};

function draftOf(dialect: unknown): SchemaDraft {
  if (typeof dialect !== "string") return "2020-12";
  const name = dialect.replace(/^https?:/, "").replace(/#$/, "");
  const draft = Object.hasOwn(DRAFTS, name) ? DRAFTS[name] : undefined;
  if (draft === undefined) throw new Error("A dialect that is not known.");
  return draft;
}
