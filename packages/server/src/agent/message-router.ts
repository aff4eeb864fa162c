// Decides what a frame from a client is, and who handles it.
import {
  type AnswerElicitationMessage,
  CloseCode,
  decodeClientMessage,
  MessageType,
  type RpcRequestMessage,
} from "@agents-internal/protocol";
import type { Connection, WSMessage } from "partyserver";
import { closeQuietly } from "./connection.ts";
import type { MessageGate } from "./message-limit.ts";

export interface MessageHandlers {
  /** May this client send one more frame? */
  readonly gate: MessageGate;
  setState(connection: Connection, next: unknown): void;
  call(connection: Connection, request: RpcRequestMessage): Promise<void>;
  repeatMcpServers(connection: Connection): void;
  watchElicitations(connection: Connection): void;
  answerElicitation(connection: Connection, answer: AnswerElicitationMessage): Promise<void>;
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
  const { message: request } = decoded;
  switch (request.type) {
    case MessageType.RPC:
      return handlers.call(connection, request);
    case MessageType.CF_AGENT_STATE:
      return handlers.setState(connection, request.state);
    case MessageType.CF_AGENT_MCP_PATCH:
      return handlers.repeatMcpServers(connection);
    case MessageType.CF_AGENT_MCP_ELICITATIONS:
      return handlers.watchElicitations(connection);
    case MessageType.CF_AGENT_MCP_ELICITATION_ANSWER:
      return handlers.answerElicitation(connection, request);
  }
}
