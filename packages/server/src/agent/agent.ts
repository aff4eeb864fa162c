// The class an application extends: hooks, state, calls, sockets and MCP servers of one instance.
import type { Connection, ConnectionContext, WSMessage } from "partyserver";
import { runSqlTemplate, type SqlInput } from "../sql/sql-template.ts";
import { type AgentStaticOptions, requireHibernation, resolveAgentOptions } from "./agent-options.ts";
import { type AgentParts, createAgentParts } from "./agent-parts.ts";
import { AgentServers, PARTS } from "./agent-servers.ts";
import { type CallableDeclaration, type CallableMetadata, copyCallable, listCallable } from "./callable.ts";
import { adoptConnection, closeQuietly, connectionFlags, isAdopted, isOpen, setConnectionFlags } from "./connection.ts";
import { type RunContext, currentContext, runAs } from "./current-agent.ts";
import { guardMethods } from "./entry-points.ts";
import { installHooks } from "./hooks.ts";
import type { Identity } from "./identity.ts";
import { wantedFrames } from "./mcp-feed.ts";
import { createMessageGate, MESSAGE_LIMIT } from "./message-limit.ts";
import { type MessageHandlers, routeMessage } from "./message-router.ts";
import { dispatchRpc } from "./rpc-dispatcher.ts";
import { DESTROYED, INTERNAL_ERROR, refuseSocket, sendGreeting } from "./socket-hub.ts";
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
> extends AgentServers<Env, State, Props> {
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
  #props: Props | undefined;

  readonly #state = createStateSync<State>({
    sql: () => this.#parts.tables(),
    log: () => this.#parts.log,
    initial: () => this.initialState,
    connections: () => this.getConnections(),
    isReadonly: (connection) => this.isConnectionReadonly(connection),
    validate: (next, source) => this.validateStateChange(next, source),
    changed: (next, source) => {
      const connection = source === "server" ? undefined : source;
      const handled = this.#settle(() => this.onStateChanged(next, source), connection);
      if (handled !== true) this.ctx.waitUntil(handled);
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
      connections: () => this.getConnections(),
      isReadonly: (connection) => this.isConnectionReadonly(connection),
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

  /** @internal */
  override get [PARTS](): AgentParts {
    return this.#parts;
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
    const sockets = this.ctx.getWebSockets(tag);
    if (sockets.every(isAdopted)) yield* (sockets as Connection<T>[]).filter(isOpen);
    else for (const connection of super.getConnections<T>(tag)) yield adoptConnection(connection);
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
    if (this.#startup.done && isAdopted(ws)) return this.onMessage(ws, message);
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
    if (this.ctx.id.name !== name) return super.setName(name, props);
    if (props !== undefined) this.#props = props;
    await this.__unsafe_ensureInitialized();
  }

  /** @internal */
  override async __unsafe_ensureInitialized(): Promise<void> {
    this.#installHooks();
    if (this.#startup.done) return;
    if (this.ctx.id.name === undefined) return super.__unsafe_ensureInitialized();
    // Partyserver writes the name of each object down before it starts it, which is most of what a new one costs. Where
    // that record can be needed, for alarms, it is written with the first of them.
    await this.#blocking(() => this.onStart(this.#props));
  }

  /** Nothing else is delivered to the object meanwhile. What `work` throws is the caller's, and does not end the object. */
  async #blocking(work: () => unknown): Promise<void> {
    const failed = await this.ctx.blockConcurrencyWhile(async () => {
      try {
        await work();
        return null;
      } catch (error) {
        return { error };
      }
    });
    if (failed !== null) throw failed.error;
  }

  get #className(): string {
    return this.constructor.name;
  }

  get #identity(): Identity {
    return { className: this.#className, instance: this.name };
  }

  #run<T>({ connection, request, caller }: Partial<Omit<RunContext, "agent">>, work: () => T): T {
    return runAs({ agent: this as unknown as Agent, connection, request, caller }, work);
  }

  /**
   * Run code of the author's whose failure must not reach anybody else. Says whether it went well: at once, when it
   * returned nothing to wait for.
   */
  #settle(work: () => unknown, connection?: Connection): true | Promise<boolean> {
    const failed = async (error: unknown): Promise<false> => {
      await (connection === undefined ? this.onError(error) : this.onError(connection, error));
      return false;
    };
    try {
      const result = work();
      return result === undefined ? true : Promise.resolve(result).then(() => true, failed);
    } catch (error) {
      return failed(error);
    }
  }

  #installHooks(): void {
    if (this.#hooked) return;
    this.#hooked = true;
    const rpc = {
      instance: this,
      base: Agent.prototype,
      beforeAnswer: (to: Connection) => this.#parts.feed.catchUp(to),
      report: (error: unknown, to: Connection) => void this.onError(to, error),
    };
    const handlers: MessageHandlers = {
      gate: createMessageGate(this.#options.messageLimit ?? MESSAGE_LIMIT, Date.now),
      setState: (connection, next) => this.#state.receive(connection, next),
      call: (connection, request) => dispatchRpc(rpc, connection, request),
      repeatMcpServers: (connection) => this.#parts.feed.again(connection),
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
    if (silent) return setConnectionFlags(connection, { readonly, silent });
    const frames = wantedFrames(ctx.request.url);
    // Made before the flags say that the connection is told of changes: it is not told of this one twice.
    const mcp = this.#parts.feed.greeting(frames);
    setConnectionFlags(connection, { readonly, silent, mcp: frames });
    const identity = this.#options.sendIdentityOnConnect === false ? null : this.#identity;
    sendGreeting(connection, { identity, state: this.state, mcp });
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
