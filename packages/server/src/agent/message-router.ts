// Decides what a frame from a client is, and who handles it.
import { CloseCode, decodeClientMessage, type RpcRequestMessage } from "@agents-internal/protocol";
import type { Connection, WSMessage } from "partyserver";
import { closeQuietly } from "./connection.ts";
import type { MessageGate } from "./message-limit.ts";

export interface MessageHandlers {
  /** May this client send one more frame? */
  readonly gate: MessageGate;
  setState(connection: Connection, next: unknown): void;
  call(connection: Connection, request: RpcRequestMessage): Promise<void>;
}

/** `other` gets everything that is not ours, or is ours and malformed. */
export async function routeMessage(
  handlers: MessageHandlers,
  connection: Connection,
  message: WSMessage,
  other: () => Promise<void>,
): Promise<void> {
  if (!handlers.gate.admit(connection)) return closeQuietly(connection, CloseCode.TOO_MANY, "Too many messages");
  if (typeof message !== "string") return other();
  const decoded = decodeClientMessage(message);
  if (decoded.kind === "too-large") return closeQuietly(connection, CloseCode.TOO_LARGE, "Message too large");
  if (decoded.kind !== "message") return other();
  if (decoded.message.type === "rpc") return handlers.call(connection, decoded.message);
  handlers.setState(connection, decoded.message.state);
}
