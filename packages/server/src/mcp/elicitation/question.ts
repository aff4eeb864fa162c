// Reads a server's question before anybody sees it: of a known shape, of a bounded size, with an address that may be shown.
import type { ElicitRequest, JsonSchema } from "@agents-internal/protocol";
import { McpError } from "../errors.ts";
import { isRecord } from "../is-record.ts";

/** UTF-16 code units; the rest of a longer message is cut off. */
const MAX_MESSAGE = 4000;
/** UTF-16 code units of JSON. */
const MAX_SCHEMA = 64_000;
const MAX_FIELDS = 100;
const MAX_ADDRESS = 4000;
const MAX_REF = 256;

export type Question =
  | { readonly mode: "form"; readonly message: string; readonly requestedSchema: JsonSchema }
  | { readonly mode: "url"; readonly message: string; readonly url: string; readonly serverRef: string | null };

/** Rejects the addresses that may not be shown; the result is the address as it is shown. */
export type CheckAddress = (url: string) => string;

/** Throws `elicitation-refused`. */
export function readQuestion(params: ElicitRequest["params"], checkAddress: CheckAddress): Question {
  const message = plain(params.message);
  if (params.mode === "url") {
    const { url, elicitationId } = params;
    if (typeof url !== "string" || url.length > MAX_ADDRESS) throw refused("Its address is too long.");
    const serverRef = typeof elicitationId === "string" && elicitationId.length <= MAX_REF ? elicitationId : null;
    return { mode: "url", message, url: checked(url, checkAddress), serverRef };
  }
  const { requestedSchema } = params;
  const properties = isRecord(requestedSchema) ? requestedSchema.properties : undefined;
  if (!isRecord(properties)) throw refused("It has no form.");
  if (Object.keys(properties).length > MAX_FIELDS) throw refused(`It has more than ${MAX_FIELDS} fields.`);
  if (!Object.values(properties).every(isField)) throw refused("Its form is not flat.");
  if (JSON.stringify(requestedSchema).length > MAX_SCHEMA) throw refused("Its form is too large.");
  return { mode: "form", message, requestedSchema };
}

/** MCP specification, "Elicitation", Requested Schema: primitives, and lists of choices. */
function isField(field: unknown): boolean {
  if (!isRecord(field)) return false;
  if (field.type === "array") return isRecord(field.items) && !("properties" in field.items);
  return typeof field.type === "string" && ["string", "number", "integer", "boolean"].includes(field.type);
}

function checked(url: string, checkAddress: CheckAddress): string {
  try {
    return checkAddress(url);
  } catch (thrown) {
    throw refused("Its address is not one to show.", thrown);
  }
}

/** Lines stay; what could make a text look like another one goes. */
function plain(text: unknown): string {
  if (typeof text !== "string") throw refused("It says nothing.");
  // oxlint-disable-next-line no-control-regex
  return text
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, " ")
    .slice(0, MAX_MESSAGE);
}

function refused(detail: string, cause?: unknown): McpError {
  return new McpError("elicitation-refused", { detail, cause });
}
