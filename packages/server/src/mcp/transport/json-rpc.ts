// JSON-RPC messages as they come off the wire: recognised, never trusted.
import { isRecord } from "../is-record.ts";
import { McpError } from "../errors.ts";

export type MessageId = string | number;
export type RpcParams = Readonly<Record<string, unknown>>;

export interface RpcRequest {
  readonly jsonrpc: "2.0";
  readonly id: MessageId;
  readonly method: string;
  readonly params?: RpcParams;
}

export interface RpcNotification {
  readonly jsonrpc: "2.0";
  readonly method: string;
  readonly params?: RpcParams;
}

/** What answers a request. */
export type RpcAnswer = { readonly jsonrpc: "2.0"; readonly id: MessageId } & (
  | { readonly result: RpcParams }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } }
);

/** What the other side says by itself. */
export type RpcUnasked = RpcRequest | RpcNotification;
export type RpcMessage = RpcUnasked | RpcAnswer;

export interface RpcFailure {
  readonly id: MessageId | null;
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}

/**
 * Parse a body or event: one message, or a batch (revision 2025-03-26). Members that are not JSON-RPC are dropped.
 *
 * Throws `invalid-response` when it is not JSON.
 */
export function parseMessages(text: string): readonly RpcMessage[] {
  return readMessages(parseJson(text));
}

/** The same for what did not come as text: one value, an array of them, or nothing. */
export function readMessages(value: unknown): readonly RpcMessage[] {
  return (Array.isArray(value) ? value : [value]).filter(isMessage);
}

/** A JSON-RPC error in a body that came with a failing HTTP status, or `null`. */
export function parseFailure(text: string): RpcFailure | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || !isRecord(value.error) || typeof value.error.code !== "number") return null;
  const { code, message, data } = value.error;
  return { id: isId(value.id) ? value.id : null, code, message: typeof message === "string" ? message : "", data };
}

export function isAnswer(message: RpcMessage): message is RpcAnswer {
  return !("method" in message);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new McpError("invalid-response", { detail: "It is not JSON.", cause });
  }
}

function isId(value: unknown): value is MessageId {
  return typeof value === "string" || (typeof value === "number" && Number.isSafeInteger(value));
}

function isMessage(value: unknown): value is RpcMessage {
  if (!isRecord(value) || value.jsonrpc !== "2.0") return false;
  const { id, method, params, result, error } = value;
  if (method !== undefined) {
    return typeof method === "string" && (id === undefined || isId(id)) && (params === undefined || isRecord(params));
  }
  if (!isId(id)) return false;
  if (result !== undefined) return error === undefined && isRecord(result);
  return isRecord(error) && Number.isSafeInteger(error.code) && typeof error.message === "string";
}
