// Decides what a frame from a client is, and who handles it.
import { CloseCode, decodeClientMessage, type RpcRequestMessage } from "@agents-internal/protocol";
import type { Connection, WSMessage } from "partyserver";
import { closeQuietly } from "./connection.ts";

export interface MessageHandlers {
  setState(connection: Connection, next: unknown): void;
  call(connection: Connection, request: RpcRequestMessage): Promise<void>;
  /** Everything that is not ours, or is ours and malformed. */
  other(connection: Connection, message: WSMessage): Promise<void>;
}

export async function routeMessage(handlers: MessageHandlers, connection: Connection, message: WSMessage): Promise<void> {
  if (typeof message !== "string") return handlers.other(connection, message);
  const decoded = decodeClientMessage(message);
  if (decoded.kind === "too-large") return closeQuietly(connection, CloseCode.TOO_LARGE, "Message too large");
  if (decoded.kind !== "message") return handlers.other(connection, message);
  if (decoded.message.type === "rpc") return handlers.call(connection, decoded.message);
  handlers.setState(connection, decoded.message.state);
}
