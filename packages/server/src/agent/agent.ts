// The class an application extends: hooks, state, calls, sockets and MCP servers of one instance.
import { type MCPServersState, MessageType, type RemovalReport, type SignOutReport } from "@agents-internal/protocol";
import type { Connection, ConnectionContext, WSMessage } from "partyserver";
import { McpError } from "../mcp/errors.ts";
import type { MCPClientManager } from "../mcp/manager.ts";
import type { AddMcpServerOptions, AddMcpServerResult, AddRpcMcpServerOptions } from "../mcp/options.ts";
import { runSqlTemplate, type SqlInput } from "../sql/sql-template.ts";
import { AgentHooks } from "./agent-hooks.ts";
import { type AgentStaticOptions, requireHibernation, resolveAgentOptions } from "./agent-options.ts";
import { type AgentParts, createAgentParts } from "./agent-parts.ts";
import { callbackUrlFor, isDefaultCallback } from "./callback-url.ts";
import { type CallableDeclaration, type CallableMetadata, copyCallable, listCallable } from "./callable.ts";
import { adoptConnection, closeQuietly, connectionFlags, setConnectionFlags } from "./connection.ts";
import { type RunContext, currentContext, runAs } from "./current-agent.ts";
import { guardMethods } from "./entry-points.ts";
import { installHooks } from "./hooks.ts";
import { findBindingName, type Identity, isNamespace } from "./identity.ts";
import type { McpRpcAgent } from "./mcp-bindings.ts";
import { createMessageGate, MESSAGE_LIMIT } from "./message-limit.ts";
import { type MessageHandlers, routeMessage } from "./message-router.ts";
import { dispatchRpc } from "./rpc-dispatcher.ts";
import { broadcastProtocol, DESTROYED, INTERNAL_ERROR, refuseSocket, sendGreeting } from "./socket-hub.ts";
import { createStartOnce } from "./start-once.ts";
import { createStateSync } from "./state-sync.ts";

/**
 * A method of an author's class is called. By the author's own code: at once. Over a stub, possibly as the first
 * thing after the object woke: after `onStart`.
 */
let enterMethod: (instance: object, method: (...args: never[]) => unknown, args: readonly unknown[]) => unknown;

/**
 * One stateful agent: one Durable Object with its own database.
 *
 * Extend it, bind the class as a Durable Object with SQLite storage, and reach instances with `routeAgentRequest` or
 * `getAgentByName`. Every method you add runs after `onStart`, also when it is called over a stub.
 */
export class Agent<
  Env extends Cloudflare.Env = Cloudflare.Env,
  State = unknown,
  Props extends Record<string, unknown> = Record<string, unknown>,
> extends AgentHooks<Env, State, Props> {
  static override options: AgentStaticOptions = {};
  /** Names of methods that clients may call, where `@callable()` cannot be used. */
  static callable: CallableDeclaration = [];

  /** What `state` is until it is set. Not stored. */
  initialState: State | undefined = undefined;

  readonly #options: AgentStaticOptions;
  readonly #parts: AgentParts;
  #constructing = true;
  #hooked = false;
  readonly #startup = createStartOnce();
  #bindingName: string | undefined;

  readonly #state = createStateSync<State>({
    sql: () => this.#parts.tables(),
    log: () => this.#parts.log,
    initial: () => this.initialState,
    connections: () => this.getConnections(),
    isReadonly: (connection) => this.isConnectionReadonly(connection),
    validate: (next, source) => this.validateStateChange(next, source),
    changed: (next, source) => {
      const connection = source === "server" ? undefined : source;
      this.ctx.waitUntil(this.#settle(async () => this.onStateChanged(next, source), connection));
    },
  });

  constructor(ctx: DurableObjectState, env: Env) {
    requireHibernation(new.target);
    super(ctx, env);
    this.#options = resolveAgentOptions(new.target);
    const { prototype } = new.target;
    const isVerifying = prototype.verifyCallbackUser !== Agent.prototype.verifyCallbackUser;
    this.#parts = createAgentParts({
      ctx,
      env,
      options: this.#options,
      className: this.#className,
      identity: () => this.#identity,
      onMcpChange: () => this.broadcastMcpServers(),
      connections: () => this.getConnections(),
      isReadonly: (connection) => this.isConnectionReadonly(connection),
      routesBelow: (callbackUrl) => isDefaultCallback(callbackUrl, { binding: this.#binding(), instance: this.name }),
      verifyCallbackUser: isVerifying ? (request, flow) => this.verifyCallbackUser(request, flow) : undefined,
    });
    if (
      prototype.onStateChanged !== Agent.prototype.onStateChanged &&
      prototype.onStateUpdate !== Agent.prototype.onStateUpdate
    ) {
      throw new TypeError(`${new.target.name} overrides both onStateChanged and the deprecated onStateUpdate`);
    }
    // Before the first call of any kind, also one over a stub that starts nothing. Without a name: when it is given one.
    const { inheritance } = this.#parts;
    if (ctx.id.name !== undefined && inheritance.found()) void ctx.blockConcurrencyWhile(() => inheritance.take());
    guardMethods(prototype, Agent.prototype, enterMethod, copyCallable);
    queueMicrotask(() => void (this.#constructing = false));
  }

  // State.

  /** The state last set, else `initialState`. Treat it as immutable. */
  get state(): State {
    // `undefined` is part of State where an author sets neither.
    return this.#state.get() as State;
  }

  /**
   * Store a state and send it to every client.
   *
   * Throws what `validateStateChange` throws, `readonly` while a message of a read-only client is handled, and
   * `state-rejected` when it is not JSON.
   */
  setState(next: State): void {
    this.#state.set(next, currentContext()?.caller);
  }

  // Database.

  /** Run one statement against the agent's own SQLite database; `${values}` are bound. Throws `SqlError`. */
  override sql<Row = Record<string, string | number | boolean | null>>(
    strings: TemplateStringsArray,
    ...values: SqlInput[]
  ): Row[] {
    return runSqlTemplate<Row>(this.#parts.sql, strings, values);
  }

  // Connections.

  override *getConnections<T = unknown>(tag?: string): Generator<Connection<T>> {
    for (const connection of super.getConnections<T>(tag)) yield adoptConnection(connection);
  }

  override getConnection<T = unknown>(id: string): Connection<T> | undefined {
    for (const connection of this.getConnections<T>(id)) if (connection.id === id) return connection;
    return undefined;
  }

  setConnectionReadonly(connection: Connection, readonly = true): void {
    setConnectionFlags(connection, { readonly });
  }

  isConnectionReadonly(connection: Connection): boolean {
    return connectionFlags(connection).readonly === true;
  }

  isConnectionProtocolEnabled(connection: Connection): boolean {
    return connectionFlags(connection).silent !== true;
  }

  /** Methods clients may call, by name. */
  getCallableMethods(): Map<string, CallableMetadata> {
    return listCallable(this, Agent.prototype);
  }

  // MCP servers.

  /** Everything about MCP servers beyond the four methods below. */
  get mcp(): MCPClientManager {
    return this.#parts.mcp.engine;
  }

  /**
   * Connect to an MCP server and keep it.
   *
   * Resolves to `ready`, or to `authenticating` with the address where a person signs in. Rejects with `McpError`:
   * `option-invalid`, `url-invalid`, `url-blocked`, `callback-host-required`, and every code of a connection that failed.
   */
  addMcpServer(name: string, url: string, options?: AddMcpServerOptions): Promise<AddMcpServerResult>;
  addMcpServer(
    name: string,
    url: string,
    callbackHost?: string,
    agentsPrefix?: string,
    options?: Pick<AddMcpServerOptions, "client" | "transport">,
  ): Promise<AddMcpServerResult>;
  /** A server that is an agent of this Worker, reached without the network. Also rejects with `binding-not-found`. */
  addMcpServer<T extends McpRpcAgent>(
    name: string,
    binding: DurableObjectNamespace<T>,
    options?: AddRpcMcpServerOptions,
  ): Promise<AddMcpServerResult & { readonly state: "ready" }>;
  async addMcpServer(
    name: string,
    url: string | object,
    third: AddMcpServerOptions | AddRpcMcpServerOptions | string = {},
    agentsPrefix?: string,
    rest: Pick<AddMcpServerOptions, "client" | "transport"> = {},
  ): Promise<AddMcpServerResult> {
    if (isNamespace(url) && typeof third === "object") return this.mcp.addBoundServer(name, url, third);
    const options =
      typeof third === "string" ? { ...rest, callbackHost: third, agentsPrefix } : { ...rest, agentsPrefix, ...third };
    if (typeof name !== "string" || typeof url !== "string") {
      throw new McpError("option-invalid", { detail: "name and url must be strings." });
    }
    return this.mcp.addServer(name, url, { ...options, callbackUrl: this.#callbackUrl(options) });
  }

  /**
   * Disconnect from a server, give its sign-in back and delete what was stored for it. Resolves to what the provider made
   * of that. An unknown id is no error.
   */
  async removeMcpServer(id: string): Promise<RemovalReport> {
    return this.mcp.removeServer(id);
  }

  /**
   * Give the sign-in to a server back and keep the server: its next use asks to sign in. Resolves to what the provider made
   * of that. To disconnect and stay signed in: `mcp.closeConnection`. Rejects with `server-not-found`.
   */
  async signOutMcpServer(id: string): Promise<SignOutReport> {
    return this.mcp.signOutServer(id);
  }

  /** All servers with their tools, prompts and resources, complete also right after the object woke. */
  getMcpServers(): MCPServersState {
    return this.#parts.mcp.state();
  }

  /** Send `getMcpServers()` to every client. Happens by itself when something changed. */
  broadcastMcpServers(): void {
    broadcastProtocol(this.getConnections(), () => ({
      type: MessageType.CF_AGENT_MCP_SERVERS,
      mcp: this.getMcpServers(),
    }));
  }

  #callbackUrl(options: AddMcpServerOptions): string | null {
    const context = currentContext();
    return callbackUrlFor(options, {
      reachedAt: [context?.request?.url, context?.connection?.uri],
      hidden: this.#options.sendIdentityOnConnect === false,
      binding: () => this.#binding(),
      instance: this.name,
    });
  }

  #binding(): string {
    return (this.#bindingName ??= findBindingName(this.env, this.#identity, this.ctx.id));
  }

  // Life.

  /** Delete everything this agent stored, close its sockets for good, and end the object. */
  async destroy(): Promise<void> {
    await this.#parts.mcp.dispose();
    for (const connection of this.getConnections()) closeQuietly(connection, DESTROYED.code, DESTROYED.reason);
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    // What is in memory speaks of rows that are gone. After the caller got its answer.
    setTimeout(() => this.ctx.abort("destroyed"), 0);
  }

  /** @internal May pages of this origin connect? Asked by the router about origins it does not know itself. */
  _allowsOrigin(origin: string): boolean {
    return this.#options.origins?.includes(origin) ?? false;
  }

  // Where the platform comes in.

  /** Answers requests and upgrades. Nothing that is thrown inside gets out, in a body or a frame. */
  override async fetch(request: Request): Promise<Response> {
    const upgrade = request.headers.get("Upgrade")?.toLowerCase() === "websocket";
    try {
      await this.__unsafe_ensureInitialized();
      return await this.#run({ request }, async () => {
        if (upgrade) return super.fetch(request);
        return (await this.#parts.mcp.handleRequest(request)) ?? (await this.onRequest(request));
      });
    } catch (error) {
      await this.onError(error);
      return upgrade
        ? refuseSocket(INTERNAL_ERROR.code, INTERNAL_ERROR.reason)
        : new Response("Internal Server Error", { status: 500 });
    }
  }

  /** @internal The one alarm of the object. Use of `ctx.storage.setAlarm` in your code would disturb it. */
  override async alarm(): Promise<void> {
    await this.__unsafe_ensureInitialized();
    await this.#run({}, () => this.#parts.alarms.run());
  }

  /** @internal */
  override async webSocketMessage(ws: WebSocket, message: WSMessage): Promise<void> {
    this.#installHooks();
    await super.webSocketMessage(ws, message);
  }

  /** @internal */
  override async webSocketClose(ws: WebSocket, code: number, reason: string, wasClean: boolean): Promise<void> {
    this.#installHooks();
    await super.webSocketClose(ws, code, reason, wasClean);
  }

  /** @internal */
  override async webSocketError(ws: WebSocket, error: unknown): Promise<void> {
    this.#installHooks();
    await super.webSocketError(ws, error);
  }

  /** @internal */
  override async setName(name: string, props?: Props): Promise<void> {
    this.#installHooks();
    await super.setName(name, props);
  }

  /** @internal */
  override async __unsafe_ensureInitialized(): Promise<void> {
    this.#installHooks();
    if (!this.#startup.done) await super.__unsafe_ensureInitialized();
  }

  get #className(): string {
    return this.constructor.name;
  }

  get #identity(): Identity {
    return { className: this.#className, instance: this.name };
  }

  #run<T>(context: Partial<Omit<RunContext, "agent">>, work: () => T): T {
    return runAs({ connection: undefined, request: undefined, ...context, agent: this as unknown as Agent }, work);
  }

  /** Run code of the author's whose failure must not reach anybody else. */
  async #settle(work: () => Promise<void>, connection?: Connection): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      await (connection === undefined ? this.onError(error) : this.onError(connection, error));
      return false;
    }
  }

  #installHooks(): void {
    if (this.#hooked) return;
    this.#hooked = true;
    const rpc = {
      instance: this,
      base: Agent.prototype,
      report: (error: unknown, to: Connection) => void this.onError(to, error),
    };
    const handlers: MessageHandlers = {
      gate: createMessageGate(this.#options.messageLimit ?? MESSAGE_LIMIT, Date.now),
      setState: (connection, next) => this.#state.receive(connection, next),
      call: (connection, request) => dispatchRpc(rpc, connection, request),
      watchElicitations: (connection) => this.#parts.elicitations.watch(connection),
      answerElicitation: (connection, answer) => this.#parts.elicitations.answer(connection, answer),
    };
    installHooks({
      instance: this,
      run: (context, work) => this.#run(context, work),
      settle: (work, connection) => this.#settle(work, connection),
      start: (onStart) => this.#startup.run(() => this.#start(onStart)),
      connectionsOf: (id) => this.getConnections(id),
      greet: (connection, ctx) => this.#greet(connection, ctx),
      receive: (connection, message, other) => {
        this.#parts.mcp.clientActive();
        return routeMessage(handlers, connection, message, other);
      },
      errorHandlerFailed: () => this.#parts.log.warn("on-error-failed"),
    });
  }

  async #start(onStart: () => unknown): Promise<void> {
    if (this.ctx.id.name === undefined) await this.#parts.inheritance.take();
    await this.#run({}, onStart);
    this.#parts.elicitations.woke();
  }

  #greet(connection: Connection, ctx: ConnectionContext): void {
    const readonly = this.shouldConnectionBeReadonly(connection, ctx);
    const silent = !this.shouldSendProtocolMessages(connection, ctx);
    setConnectionFlags(connection, { readonly, silent });
    if (silent) return;
    const identity = this.#options.sendIdentityOnConnect === false ? null : this.#identity;
    sendGreeting(connection, { identity, state: this.state, mcp: this.getMcpServers() });
    this.#parts.mcp.clientConnected();
  }

  static {
    enterMethod = (instance, method, args) => {
      const call = (): unknown => Reflect.apply(method, instance, args);
      if (!(instance instanceof Agent) || instance.#constructing || currentContext()?.agent === instance) return call();
      if (instance.#startup.done) return instance.#run({}, call);
      return instance.__unsafe_ensureInitialized().then(() => instance.#run({}, call));
    };
  }
}
