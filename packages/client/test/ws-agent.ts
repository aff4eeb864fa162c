// An agent's end of the wire for tests: a real WebSocket server on loopback whose every frame the test decides.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

/** Values that arrive one by one and can be awaited in order. */
class Inbox<T> {
  readonly #values: T[] = [];
  readonly #waiting: ((value: T) => void)[] = [];

  push(value: T): void {
    const waiter = this.#waiting.shift();
    if (waiter) waiter(value);
    else this.#values.push(value);
  }

  next(): Promise<T> {
    const value = this.#values.shift();
    return value === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(value);
  }

  get size(): number {
    return this.#values.length;
  }
}

/** One connected client, seen from the agent. */
export class WsConnection {
  /** Path and query the client asked for. */
  readonly url: URL;
  /** Fulfilled with the close code. */
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #frames = new Inbox<Record<string, unknown>>();

  constructor(socket: WebSocket, path: string) {
    this.#socket = socket;
    this.url = new URL(path, "ws://agent");
    this.closed = once(socket, "close").then(([code]) => Number(code));
    socket.on("message", (data) => this.#frames.push(JSON.parse(String(data)) as Record<string, unknown>));
  }

  /** The next frame the client sent. */
  frame(): Promise<Record<string, unknown>> {
    return this.#frames.next();
  }

  /** Frames that arrived and were not asked for. */
  get unread(): number {
    return this.#frames.size;
  }

  send(frame: object | string): void {
    this.#socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  identify(name = "default", agent = "my-agent", extra: object = {}): void {
    this.send({ type: "cf_agent_identity", name, agent, ...extra });
  }

  sendState(state: unknown): void {
    this.send({ type: "cf_agent_state", state });
  }

  sendMcp(mcp: object = {}): void {
    this.send({ type: "cf_agent_mcp_servers", mcp: { servers: {}, tools: [], prompts: [], resources: [], ...mcp } });
  }

  /** End as a network failure would. */
  drop(): void {
    this.#socket.terminate();
  }

  close(code: number, reason = ""): void {
    this.#socket.close(code, reason);
  }
}

export interface WsAgent {
  /** `127.0.0.1:port` */
  readonly host: string;
  /** Connections made so far. */
  readonly connections: readonly WsConnection[];
  /** Sockets open now. */
  readonly open: number;
  /** Refuse this many connections before they open. */
  refuse(count: number): void;
  /** The next connection that nobody has asked for. */
  connection(): Promise<WsConnection>;
  stop(): Promise<void>;
}

export async function startWsAgent(): Promise<WsAgent> {
  let refusals = 0;
  const verifyClient = (): boolean => (refusals -= 1) < 0;
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, verifyClient });
  const inbox = new Inbox<WsConnection>();
  const connections: WsConnection[] = [];
  server.on("connection", (socket, request) => {
    const connection = new WsConnection(socket, request.url ?? "/");
    connections.push(connection);
    inbox.push(connection);
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    connections,
    get open() {
      return server.clients.size;
    },
    refuse(count) {
      refusals = count;
    },
    connection: () => inbox.next(),
    async stop() {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
