// What an agent keeps in a socket's attachment beside the author's own connection state.
import type { Connection } from "partyserver";

/** How a client is told of the MCP servers: whole each time, or what changed. */
export type McpFrames = "full" | "patches";

interface ConnectionFlags {
  /** May not change the agent's state. */
  readonly readonly?: boolean;
  /** Gets no identity, state or MCP frames. */
  readonly silent?: boolean;
  /** Is told of the MCP servers; absent until the first time, and where it is silent. */
  readonly mcp?: McpFrames;
  /** Is told of the questions that wait for a person. */
  readonly elicitations?: boolean;
}

/** What survives hibernation. `user` is what the author sees as `connection.state`. */
interface Attachment {
  readonly user: unknown;
  readonly flags: ConnectionFlags;
}

interface Slot {
  read(): Attachment;
  write(next: Attachment): void;
}

const slots = new WeakMap<Connection, Slot>();
/** `WebSocket.OPEN`; asking the class for it at every frame is a call into the platform. */
const OPEN = 1;
/** Longest address kept with a socket; the attachment as a whole is limited by the platform. */
const MAX_URI = 2048;

/** Address of an upgrade request without its query and fragment: those often carry tokens, and attachments are stored. */
export function storableUri(url: string): string {
  const { origin, pathname } = new URL(url);
  const uri = origin + pathname;
  return uri.length <= MAX_URI ? uri : origin;
}

/**
 * Has this socket been made a connection since the object woke?
 *
 * Partyserver reads the stored attachment of a socket each time to find out whether it is one of its own: once is enough.
 */
export function isAdopted(socket: WebSocket): socket is Connection {
  return slots.has(socket as Connection);
}

export function isOpen(socket: WebSocket): boolean {
  return socket.readyState === OPEN;
}

/** Put our flags behind `connection.state`. Does nothing the second time. */
export function adoptConnection<T = unknown>(connection: Connection<T>): Connection<T> {
  if (slots.has(connection)) return connection;
  const stored = connection.deserializeAttachment.bind(connection);
  const store = connection.serializeAttachment.bind(connection);
  const slot: Slot = {
    read: () => stored<Attachment>() ?? { user: null, flags: {} },
    write: (next) => store(next),
  };
  slots.set(connection, slot);
  const setUser = (user: unknown): void => slot.write({ ...slot.read(), user: user ?? null });
  Object.defineProperties(connection, {
    state: { configurable: true, get: () => slot.read().user },
    setState: {
      configurable: true,
      value: (next: unknown) => {
        const user: unknown = typeof next === "function" ? next(slot.read().user) : next;
        setUser(user);
        return user;
      },
    },
    deserializeAttachment: { configurable: true, value: () => slot.read().user },
    serializeAttachment: { configurable: true, value: setUser },
  });
  return connection;
}

/** The same for a socket that was accepted a moment ago, whose attachment still has partyserver's own form. */
export function adoptNewConnection(connection: Connection): void {
  const user = connection.deserializeAttachment<unknown>();
  adoptConnection(connection);
  slots.get(connection)?.write({ user, flags: {} });
}

export function connectionFlags(connection: Connection): ConnectionFlags {
  adoptConnection(connection);
  return slots.get(connection)?.read().flags ?? {};
}

export function setConnectionFlags(connection: Connection, change: ConnectionFlags): void {
  adoptConnection(connection);
  const slot = slots.get(connection);
  if (slot === undefined) return;
  const attachment = slot.read();
  slot.write({ ...attachment, flags: { ...attachment.flags, ...change } });
}

/** Send to a socket that may have gone. `false` when it had. */
export function sendQuietly(connection: Connection, frame: string): boolean {
  if (!isOpen(connection)) return false;
  try {
    connection.send(frame);
    return true;
  } catch {
    return false;
  }
}

/** Close a socket that may have gone. */
export function closeQuietly(connection: Connection, code: number, reason: string): void {
  try {
    connection.close(code, reason);
  } catch {
    // Already closed: that is what was wanted.
  }
}
