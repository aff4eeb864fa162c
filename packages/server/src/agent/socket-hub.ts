// Sockets of one agent: how one is let in, greeted, and told about changes.
import { CloseCode, encodeServerMessage, MessageType } from "@agents-internal/protocol";
import type { Connection } from "partyserver";
import { nanoid } from "nanoid";
import { AgentError } from "./agent-error.ts";
import { closeQuietly, connectionFlags, sendQuietly, storableUri } from "./connection.ts";
import { type Identity, identityMessage } from "./identity.ts";

const MAX_TAGS = 10;
const MAX_TAG = 256;

/**
 * Make a socket fit to be accepted: its address without the query, its id a legal tag and nobody else's.
 *
 * A client that comes back with its id before its old socket was noticed to be dead takes that one's place.
 */
export function prepareConnection(
  connection: Connection,
  url: string,
  sameId: (id: string) => Iterable<Connection>,
): void {
  connection.uri = storableUri(url);
  if (!isTag(connection.id)) connection.id = nanoid();
  for (const older of sameId(connection.id)) closeQuietly(older, 1000, "Replaced by a newer connection");
}

/** The tags an author chose, or `option-invalid` when the platform would not take them. */
export function checkTags(connection: Connection, tags: readonly string[]): string[] {
  const own = [...new Set(tags)].filter((tag) => tag !== connection.id);
  if (own.length >= MAX_TAGS || !own.every(isTag)) {
    throw new AgentError("option-invalid", `A connection takes ${MAX_TAGS - 1} tags of 1 to ${MAX_TAG} characters`);
  }
  return own;
}

function isTag(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= MAX_TAG;
}

/** What a client is told first, in this order. */
export interface Greeting {
  readonly identity: Identity | null;
  /** `undefined`: there is none. */
  readonly state: unknown;
  /** A frame. */
  readonly mcp: string;
}

export function sendGreeting(connection: Connection, { identity, state, mcp }: Greeting): void {
  const hasState = state !== undefined;
  if (identity !== null) sendQuietly(connection, encodeServerMessage(identityMessage(identity, hasState)));
  if (hasState) sendQuietly(connection, encodeServerMessage({ type: MessageType.CF_AGENT_STATE, state }));
  sendQuietly(connection, mcp);
}

/** Send to every connection that gets protocol frames. The frame is built once, and not at all when nobody listens. */
export function broadcastProtocol(connections: Iterable<Connection>, build: () => string, except?: Connection): void {
  let frame: string | undefined;
  for (const connection of connections) {
    if (connection === except || connectionFlags(connection).silent === true) continue;
    sendQuietly(connection, (frame ??= build()));
  }
}

/** Answer an upgrade so that a browser learns why: a refusal at HTTP level looks like a lost network to it. */
export function refuseSocket(code: number, reason: string): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(code, reason);
  return new Response(null, { status: 101, webSocket: client });
}

/** Ended by a failure of ours; a client may try again. */
export const INTERNAL_ERROR = { code: 1011, reason: "Internal error" } as const;

/** The agent is gone for good. */
export const DESTROYED = { code: CloseCode.NOT_FOUND, reason: "Destroyed" } as const;
