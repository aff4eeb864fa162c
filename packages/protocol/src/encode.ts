// The only serialiser of frames.
import type { ClientMessage } from "./client-message.ts";
import { MessageType } from "./message-type.ts";
import type { ServerMessage } from "./server-message.ts";

export function encodeServerMessage(message: ServerMessage): string {
  return JSON.stringify(message);
}

/** A `StateMessage` whose state is JSON already: it is stored as such, and may be large. */
export function encodeStateMessage(json: string): string {
  return `{"type":"${MessageType.CF_AGENT_STATE}","state":${json}}`;
}

export function encodeClientMessage(message: ClientMessage): string {
  return JSON.stringify(message);
}
