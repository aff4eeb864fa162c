// What of a message is repeated in the headers of its request, and the names under which results stay untouched.
import { type JSONRPCMessage, PROTOCOL_VERSION_META_KEY } from "@modelcontextprotocol/client";
import { encodeHeaderValue } from "./header-value.ts";

/** Which parameter `Mcp-Name` mirrors (Streamable HTTP 2026-07-28, "Standard Request Headers"; Tasks, "Routing Headers"). */
const NAMED_BY: Readonly<Record<string, string>> = {
  "tools/call": "name",
  "prompts/get": "name",
  "resources/read": "uri",
  "tasks/get": "taskId",
  "tasks/update": "taskId",
  "tasks/cancel": "taskId",
};

/** The routing headers of the modern era. A message of the legacy era has none. */
export function bodyHeaders(message: JSONRPCMessage): Record<string, string> {
  if (!("method" in message)) return {};
  const params: Record<string, unknown> = message.params ?? {};
  const version = message.params?._meta?.[PROTOCOL_VERSION_META_KEY];
  if (typeof version !== "string") return {};
  const field = Object.hasOwn(NAMED_BY, message.method) ? NAMED_BY[message.method] : undefined;
  const name = field === undefined ? undefined : params[field];
  return {
    "mcp-protocol-version": version,
    "mcp-method": message.method,
    ...(typeof name === "string" && { "mcp-name": encodeHeaderValue(name) }),
  };
}

const VERBATIM = "agents.verbatim:";

/**
 * A method name under which the protocol client does not look into the result.
 *
 * The client checks results of methods it knows against strict schemas and rejects a whole list for one odd item, or drops what it does
 * not know. Under this name it only does what we want it for: ids, time limits, cancellation, progress and the era's envelope.
 */
export function verbatim(method: string): string {
  return VERBATIM + method;
}

/** The message as it goes over the wire: undoes {@link verbatim}. */
export function originalMethod(message: JSONRPCMessage): JSONRPCMessage {
  if (!("method" in message) || !message.method.startsWith(VERBATIM)) return message;
  return { ...message, method: message.method.slice(VERBATIM.length) };
}
