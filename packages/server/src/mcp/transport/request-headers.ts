// What of a message is repeated in the headers of its request.
import { isRecord } from "../is-record.ts";
import { encodeHeaderValue } from "./header-value.ts";
import type { RpcMessage } from "./json-rpc.ts";

/** Where a message of the modern era names its revision (2026-07-28, "Requests"). */
export const PROTOCOL_VERSION_META_KEY = "io.modelcontextprotocol/protocolVersion";

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
export function bodyHeaders(message: RpcMessage): Record<string, string> {
  if (!("method" in message)) return {};
  const { method, params = {} } = message;
  const version = isRecord(params._meta) ? params._meta[PROTOCOL_VERSION_META_KEY] : undefined;
  if (typeof version !== "string") return {};
  const field = Object.hasOwn(NAMED_BY, method) ? NAMED_BY[method] : undefined;
  const name = field === undefined ? undefined : params[field];
  return {
    "mcp-protocol-version": version,
    "mcp-method": method,
    ...(typeof name === "string" && { "mcp-name": encodeHeaderValue(name) }),
  };
}
