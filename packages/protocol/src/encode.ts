// The only serialiser of frames.
import type { ClientMessage } from "./client-message.ts";
import type { ServerMessage } from "./server-message.ts";

export function encodeServerMessage(message: ServerMessage): string {
  return JSON.stringify(message);
}

export function encodeClientMessage(message: ClientMessage): string {
  return JSON.stringify(message);
}
