// JSON-RPC messages as a server reads and writes them.
import type { JsonObject, JsonValue } from "@agents-internal/protocol";

export type RpcId = string | number;

export type Incoming =
  | { readonly kind: "request"; readonly id: RpcId; readonly method: string; readonly params: JsonObject }
  | { readonly kind: "notification"; readonly method: string; readonly params: JsonObject }
  | { readonly kind: "response" }
  | { readonly kind: "invalid" };

/** A protocol failure that a handler answers with. */
export class RpcFailure extends Error {
  override readonly name = "RpcFailure";
  readonly code: number;
  readonly data: JsonObject | undefined;

  constructor(code: number, message: string, data?: JsonObject) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function readMessage(text: string): Incoming {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return { kind: "invalid" };
  }
  if (!isObject(message) || message.jsonrpc !== "2.0") return { kind: "invalid" };
  const { id, method } = message;
  const params = isObject(message.params) ? message.params : {};
  if (typeof method !== "string")
    return "result" in message || "error" in message ? { kind: "response" } : { kind: "invalid" };
  if (typeof id === "string" || typeof id === "number") return { kind: "request", id, method, params };
  return { kind: "notification", method, params };
}

export const resultOf = (id: RpcId, result: JsonValue): JsonObject => ({ jsonrpc: "2.0", id, result });

export const notificationOf = (method: string, params: JsonObject = {}): JsonObject => ({
  jsonrpc: "2.0",
  method,
  params,
});

export function failureOf(id: RpcId | null, failure: RpcFailure): JsonObject {
  const { code, message, data } = failure;
  return { jsonrpc: "2.0", id, error: { code, message, ...(data === undefined ? {} : { data }) } };
}
