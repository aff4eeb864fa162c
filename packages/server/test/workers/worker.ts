// Agents for the tests to talk to.
import { type JSONRPCMessage, McpServer, type Transport } from "@modelcontextprotocol/server";
import { DurableObject } from "cloudflare:workers";
import {
  Agent,
  callable,
  type Connection,
  type ConnectionContext,
  getCurrentAgent,
  routeAgentRequest,
  type StreamingResponse,
} from "../../src/index.ts";

interface Counter {
  readonly count: number;
}

export class TestAgent extends Agent<Cloudflare.Env, Counter> {
  static override options = { origins: ["https://listed.example"] };
  override initialState: Counter = { count: 0 };
  starts = 0;
  /** Set by onStart alone, to see that it ran before everything else. */
  greeting = "onStart has not run";
  startedWith: unknown = null;
  readonly heard: string[] = [];
  readonly changes: string[] = [];
  readonly errors: string[] = [];

  override async onStart(props?: Record<string, unknown>): Promise<void> {
    this.starts += 1;
    this.startedWith = props ?? null;
    await new Promise((resolve) => setTimeout(resolve, 5));
    this.greeting = "started";
  }

  override async onRequest(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    if (pathname.endsWith("/boom")) throw new Error("secret detail");
    if (pathname.endsWith("/add-server")) return Response.json(await this.addDeadServer());
    if (pathname.endsWith("/whoami")) {
      const { agent, request: current } = getCurrentAgent<TestAgent>();
      return Response.json({ same: agent === this, url: current?.url ?? null, name: this.name });
    }
    return Response.json({
      method: request.method,
      search,
      name: this.name,
      headers: Object.fromEntries(request.headers),
      startedWith: this.startedWith,
      starts: this.starts,
    });
  }

  override shouldConnectionBeReadonly(_connection: Connection, { request }: ConnectionContext): boolean {
    return new URL(request.url).searchParams.has("readonly");
  }

  override shouldSendProtocolMessages(_connection: Connection, { request }: ConnectionContext): boolean {
    return !new URL(request.url).searchParams.has("silent");
  }

  override getConnectionTags(_connection: Connection, { request }: ConnectionContext): string[] {
    return new URL(request.url).searchParams.getAll("tag");
  }

  // A class field: assigned after the base constructor has run.
  override onConnect = (connection: Connection, { request }: ConnectionContext): void => {
    if (new URL(request.url).searchParams.has("refuse")) throw new Error("secret detail");
    connection.setState({ joined: true });
    connection.send("hello");
  };

  override onMessage(connection: Connection, message: string | ArrayBuffer): void {
    if (message === "throw") throw new Error("secret detail");
    this.heard.push(typeof message === "string" ? message : `binary ${message.byteLength}`);
    connection.send(`heard ${this.heard.length}`);
  }

  override onError(connectionOrError: unknown, error?: unknown): void {
    this.errors.push(String(error ?? connectionOrError));
  }

  override validateStateChange(next: Counter): void {
    if (typeof next.count !== "number") throw new Error("count must be a number");
  }

  override onStateChanged(state: Counter, source: Connection | "server"): void {
    this.changes.push(`${state.count} by ${source === "server" ? "server" : "client"}`);
  }

  @callable({ description: "Adds to the count" })
  increment(by = 1): number {
    this.setState({ count: this.state.count + by });
    return this.state.count;
  }

  @callable()
  async fail(kind: string): Promise<void> {
    if (kind === "coded") throw Object.assign(new Error("not today"), { code: "shop-closed" });
    if (kind === "object") throw { nothing: true };
    throw new Error("plain trouble");
  }

  @callable({ streaming: true })
  async countTo(stream: StreamingResponse, end: number): Promise<void> {
    for (let value = 1; value <= end; value += 1) {
      await Promise.resolve();
      stream.send(value);
    }
    stream.end("done");
  }

  @callable({ streaming: true })
  async breakOff(stream: StreamingResponse): Promise<void> {
    stream.send(1);
    throw new Error("broke off");
  }

  @callable()
  whereAmI(): unknown {
    const { agent, connection, request } = getCurrentAgent<TestAgent>();
    return { agent: agent === this, connection: connection?.id, request: request === undefined, uri: connection?.uri };
  }

  @callable()
  makeReadonly(): void {
    const { connection } = getCurrentAgent();
    if (connection) this.setConnectionReadonly(connection, true);
  }

  /** Adds a server that nobody runs, and says what became of it. */
  @callable()
  async addDeadServer(callbackHost?: string): Promise<unknown> {
    const options = { ...(callbackHost === undefined ? {} : { callbackHost }), retry: { maxAttempts: 1 } };
    const code = await this.addMcpServer("dead", "http://127.0.0.1:9/mcp", options).then(
      () => "none",
      (error: { code: string }) => error.code,
    );
    return { code, callback: this.mcp.listServers()[0]?.callback_url };
  }

  hidden(): string {
    return "not for clients";
  }

  greet(): string {
    return `${this.greeting} as ${this.name}`;
  }

  counted(): {
    state: Counter;
    starts: number;
    changes: readonly string[];
    errors: readonly string[];
    heard: readonly string[];
  } {
    return { state: this.state, starts: this.starts, changes: this.changes, errors: this.errors, heard: this.heard };
  }
}

/** The other spelling of everything: no decorators, no state, no identity. */
export class QuietAgent extends Agent {
  static override options = { sendIdentityOnConnect: false };
  static override callable = ["echo"];

  echo(value: unknown): unknown {
    return value;
  }

  notListed(): void {}

  override onRequest(): never {
    throw new Error("secret detail");
  }
}

/** Fails to start as often as it is told to. */
export class StubbornAgent extends Agent {
  override async onStart(): Promise<void> {
    const failures = (await this.ctx.storage.get<number>("failures")) ?? 0;
    if (failures === 0) return;
    await this.ctx.storage.put("failures", failures - 1);
    throw new Error("secret detail");
  }

  override onRequest(): Response {
    return new Response("at last");
  }
}

/** An MCP server of the 2025 era that is an agent: it is asked over its stub. */
export class PeerAgent extends Agent<Cloudflare.Env, unknown, { readonly secret?: string }> {
  readonly cancelled: unknown[] = [];
  #props: unknown = null;
  readonly #answers = new Map<unknown, (message: JSONRPCMessage) => void>();
  readonly #transport: Transport = {
    start: async () => undefined,
    close: async () => undefined,
    send: async (message) => void ("id" in message && this.#answers.get(message.id)?.(message)),
  };

  override async onStart(props?: { readonly secret?: string }): Promise<void> {
    this.#props = props ?? null;
    const server = new McpServer({ name: "peer", version: "1.0.0" });
    server.registerTool("whoami", {}, () => ({
      content: [{ type: "text", text: JSON.stringify({ name: this.name, props: this.#props }) }],
    }));
    server.registerTool("hang", {}, () => new Promise<never>(() => undefined));
    server.registerTool("fall", {}, () => this.ctx.abort("fell over") as never);
    await server.connect(this.#transport);
  }

  handleMcpMessage(message: JSONRPCMessage): Promise<JSONRPCMessage> | null {
    if ("method" in message && message.method === "notifications/cancelled") this.cancelled.push(message.params);
    const answer =
      "id" in message && "method" in message
        ? new Promise<JSONRPCMessage>((resolve) => this.#answers.set(message.id, resolve))
        : null;
    this.#transport.onmessage?.(message);
    return answer;
  }
}

/** Not an agent at all. */
export class PlainObject extends DurableObject {
  override async fetch(): Promise<Response> {
    return new Response("plain");
  }
}

export default {
  async fetch(request: Request, env: Cloudflare.Env): Promise<Response> {
    return (await routeAgentRequest(request, env)) ?? new Response("no agent", { status: 404 });
  },
};
