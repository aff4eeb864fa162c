// Checks what a browser sends: anybody can call a callable method with anything.
import type { JsonObject } from "agents/client";
import { McpError } from "agents/mcp";
import type { AddServerRequest, ToolCall } from "../shared/dashboard-api.ts";

const MAX_TEXT = 8192;

/** Every function here throws `option-invalid`, naming the argument. */
export function checkText(name: string, value: unknown): string {
  if (typeof value === "string" && value !== "" && value.length <= MAX_TEXT) return value;
  throw new McpError("option-invalid", { detail: `${name} must be a text of 1 to ${MAX_TEXT} characters.` });
}

/** Texts by name, such as headers or a prompt's arguments. */
export function checkStrings(name: string, value: unknown): Readonly<Record<string, string>> {
  const record = checkObject(name, value);
  for (const key of Object.keys(record)) {
    if (typeof record[key] !== "string")
      throw new McpError("option-invalid", { detail: `${name} must hold texts only.` });
  }
  return record as Record<string, string>;
}

export function checkAddServer(value: unknown): AddServerRequest {
  const { name, url, headers } = checkObject("request", value);
  const checked = { name: checkText("name", name), url: checkText("url", url) };
  return headers === undefined ? checked : { ...checked, headers: checkStrings("headers", headers) };
}

export function checkToolCall(value: unknown): ToolCall {
  const { serverId, name, args } = checkObject("call", value);
  return { serverId: checkText("serverId", serverId), name: checkText("name", name), args: checkObject("args", args) };
}

/** Came as JSON, so it is JSON. */
function checkObject(name: string, value: unknown): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new McpError("option-invalid", { detail: `${name} must be an object.` });
}
