// The documented face of the engine: add, connect, sign in and out, remove, answer. One runner per server does the work.
import type {
  Elicitation,
  ElicitResult,
  MCPServersState,
  TimelineEntry,
  RemovalReport,
  SignOutReport,
} from "@agents-internal/protocol";
import { type ServerAdder, type ServerRequest, toRequest, toResult } from "./servers/add-server.ts";
import { toBoundRequest } from "./servers/bound-server.ts";
import type { ElicitationsChange } from "./elicitation/elicitations.ts";
import { createEngine, type Engine, type EngineOptions } from "./engine.ts";
import { McpError } from "./errors.ts";
import { connectOnly, listOnly, register, remove, signOut, whenSettled } from "./servers/manual-steps.ts";
import type {
  AddMcpServerOptions,
  AddMcpServerResult,
  AddRpcMcpServerOptions,
  MCPClientOAuthCallbackConfig,
  MCPConnectionResult,
  MCPDiscoverResult,
  RegisterServerOptions,
} from "./options.ts";
import type { McpPorts } from "./ports.ts";
import type { ElicitationHandlers, QuestionHandlers, RootsSource, SamplingHandler } from "./question-handlers.ts";
import type { Subscription } from "./listeners.ts";
import type { ChangeListener, Publisher } from "./publish/publisher.ts";
import { serverViews } from "./publish/server-views.ts";
import { toMcpState } from "./publish/snapshot.ts";
import { ServerOffers } from "./server-offers.ts";
import { serverReport } from "./server-report.ts";
import { ring } from "./timers.ts";

/**
 * Connects one host to MCP servers and keeps them connected, signed in and listed.
 *
 * An `Agent` has one as `this.mcp`. It needs nothing but its ports, so any Durable Object can have one.
 * Every rejection is an `McpError`.
 */
export class MCPClientManager extends ServerOffers {
  readonly #engine: Engine;
  readonly #adder: ServerAdder;

  constructor(ports: McpPorts, options: EngineOptions) {
    const engine = createEngine(ports, options);
    super(engine);
    this.#engine = engine;
    this.#adder = engine.adder;
  }

  /**
   * Add a server, connect and list it; or join what is under way for the same name and URL and return its true
   * outcome. A failed server is tried again; options that differ from before apply now.
   *
   * Rejects with the reason when the server can be neither used nor signed in to; its entry stays as `failed`.
   */
  async addServer(
    name: string,
    url: string,
    options: AddMcpServerOptions & { readonly callbackUrl: string | null },
  ): Promise<AddMcpServerResult> {
    return this.#add(toRequest(name, url, options.callbackUrl, options), options.id);
  }

  /**
   * As {@link addServer}, for a server that is an object the host is bound to: its method `handleMcpMessage` is called
   * with each message. Rejects with `option-invalid` for a binding that is not the host's own.
   */
  async addBoundServer(
    name: string,
    binding: object,
    options: AddRpcMcpServerOptions = {},
  ): Promise<AddMcpServerResult> {
    return this.#add(toBoundRequest(name, binding, options, this.#engine.ports.bindings), options.id);
  }

  async #add(request: ServerRequest, id: string | undefined): Promise<AddMcpServerResult> {
    const { runner, changed } = await this.#adder.byNameAndUrl(request, id);
    const begun = runner.state.kind !== "registered";
    runner.dispatch({ type: "connect", goal: "discover", restart: changed && begun });
    await runner.settled();
    return toResult(runner, this.#engine.oauth);
  }

  /**
   * Take over the servers that the package `agents` 0.x left in this object, with their sign-ins, and delete its rows. Call
   * it before anything else; an `Agent` does. Needs the port `keyValues`. Costs one read where that package never was.
   *
   * A server whose secrets cannot be sealed stays where it is and is `failed` with the vault's code.
   */
  moveIn(): Promise<void> {
    return this.#engine.moveIn.run();
  }

  /** Store a server without connecting. Returns its id. Rejects with `url-invalid`, `url-blocked`, `option-invalid`. */
  async registerServer(id: string, options: RegisterServerOptions): Promise<string> {
    const runner = await register(this.#adder, id, options, this.#engine.publisher.touch);
    return runner.record.id;
  }

  /** Connect a registered server, without listing what it offers. Rejects only with `server-not-found`. */
  async connectToServer(id: string): Promise<MCPConnectionResult> {
    return connectOnly(this.#engine.connections.require(id), this.#engine.oauth);
  }

  /** List what a connected server offers. `undefined` for an unknown id. `timeoutMs` defaults to 15 000. */
  async discoverIfConnected(
    serverId: string,
    options: { readonly timeoutMs?: number } = {},
  ): Promise<MCPDiscoverResult | undefined> {
    const runner = this.#engine.connections.get(serverId);
    return runner && listOnly(runner, options.timeoutMs);
  }

  /** Connect and list, whatever that takes; how it ended is in the server's state. */
  async establishConnection(id: string): Promise<void> {
    const runner = this.#engine.connections.require(id);
    runner.dispatch({ type: "connect", goal: "discover", restart: false });
    await runner.settled();
  }

  /** Disconnect and keep the entry, with its sign-in. */
  async closeConnection(id: string): Promise<void> {
    this.#engine.connections.require(id).dispatch({ type: "close" });
  }

  async closeAllConnections(): Promise<void> {
    for (const runner of this.#engine.connections.all()) runner.dispatch({ type: "close" });
  }

  /**
   * Disconnect and give the sign-in back to the provider (RFC 7009, at most ten seconds); the entry stays, and its next use
   * asks to sign in. Here the tokens are gone in any case; the report says what the provider made of it.
   *
   * Rejects with `server-not-found`.
   */
  async signOutServer(id: string): Promise<SignOutReport> {
    return signOut(this.#engine.connections.require(id));
  }

  /**
   * Disconnect, give the sign-in back to the provider, delete the registration that was made for it where the provider
   * offers that (RFC 7592), and everything stored. The report says what the provider made of it. Unknown ids are fine.
   */
  async removeServer(id: string): Promise<RemovalReport> {
    return remove(this.#engine.connections, id);
  }

  /** Resolves when no server is connecting any more, or after `timeout` ms. Never rejects. */
  async waitForConnections(options: { readonly timeout?: number } = {}): Promise<void> {
    await whenSettled(this.#engine.connections.all(), options.timeout);
  }

  /** Everything a dashboard shows. Complete at once after a wake; asks no server. */
  getState(): MCPServersState {
    return toMcpState(serverViews(this.#engine), this.#engine.vault.status);
  }

  /**
   * What happened to a server, oldest first: at most 200 entries, kept until it is removed. Holds nothing secret. Throws
   * `server-not-found`.
   */
  getTimeline(serverId: string): readonly TimelineEntry[] {
    return this.#engine.timeline.of(this.#engine.connections.require(serverId).record.id);
  }

  /**
   * Where a server stands and how it came there, as text to be pasted into an issue: no secrets, no names of people. The same
   * state gives the same text. Throws `server-not-found`.
   */
  report(serverId: string): string {
    return serverReport(this.#engine, serverId);
  }

  /** @internal What clients are to have, for whoever keeps them at it. */
  get _publisher(): Publisher {
    return this.#engine.publisher;
  }

  /** Called when something that {@link getState} shows has changed; once for all that changed until the next microtask. */
  readonly onServerStateChanged = (listener: ChangeListener): Subscription =>
    this.#engine.publisher.subscribe(listener);

  /** What a person sees when a sign-in ends. Not stored: call it in `onStart`. */
  configureOAuthCallback(config: MCPClientOAuthCallbackConfig): void {
    this.#engine.callback.config = config;
  }

  getOAuthCallbackConfig(): MCPClientOAuthCallbackConfig {
    return this.#engine.callback.config;
  }

  /**
   * Who answers when a server asks a person something in the middle of a call; `undefined`: nobody. Not stored: call it
   * in `onStart`. Live sessions use other handlers at once; which kinds are announced changes when they connect again.
   */
  configureElicitationHandlers(handlers: ElicitationHandlers | undefined): void {
    const { answerWithin = 1 } = handlers ?? {};
    if (!(answerWithin > 0)) throw new McpError("option-invalid", { detail: "answerWithin is a number of ms." });
    this.#answer({ elicitation: handlers });
  }

  /**
   * The questions that wait for the people at the clients, oldest first: those of handlers that are `"clients"`. Every
   * text in them is a server's own; show an address whole, and open it only for somebody who agreed.
   */
  listElicitations(): readonly Elicitation[] {
    return this.#engine.elicitations.list();
  }

  /**
   * Answer one of them. An accepted form is completed with the defaults of its schema. For a page `accept` means: somebody
   * agreed to open it; once more: they are done there.
   *
   * Rejects with `elicitation-unknown`, `elicitation-ended` (another was first, or its call is over),
   * `elicitation-interrupted`, `elicitation-invalid` (names the field).
   */
  async answerElicitation(id: string, result: ElicitResult): Promise<void> {
    await this.#engine.elicitations.answer(id, result);
  }

  /** Called when a question was asked or has ended; once for all that changed until the next microtask. Not stored. */
  readonly onElicitationsChanged = (listener: (change: ElicitationsChange) => void): Subscription =>
    this.#engine.elicitations.subscribe(listener);

  /**
   * Who answers when a server wants something said by a model; `undefined`: nobody. As
   * {@link configureElicitationHandlers} in all else. Requests that bring tools are refused unless
   * `client.capabilities` announces `sampling: { tools: {} }`.
   */
  configureSamplingHandler(handler: SamplingHandler | undefined): void {
    this.#answer({ sampling: handler });
  }

  /**
   * Where servers are told to work; `undefined`: they are told nothing. As {@link configureElicitationHandlers} in all
   * else. Servers in use hear of it at once, others with their next use.
   */
  configureRoots(roots: RootsSource | undefined): void {
    this.#answer({ roots });
    for (const { live } of this.#engine.connections.all()) if (live) this.#engine.ports.background(live.rootsChanged());
  }

  /** Answers the start and the return of a sign-in; `null` when the request is neither. */
  handleRequest(request: Request): Promise<Response | null> {
    return this.#engine.oauthEndpoint(request);
  }

  /**
   * A client has come and is shown {@link getState}. What a use would read again because it is too old is read again within
   * seconds, beside that. What a client sees right after a short sleep costs no request.
   */
  clientConnected(): void {
    this.#engine.lookout.clientCame();
  }

  /** A client says something. Streams that are open stay open for a while; none is opened. */
  clientActive(): void {
    this.#engine.presence.spokeAt = this.#engine.ports.clock.now();
  }

  /** A timer set through the `alarms` port is due. */
  async onAlarm(key: string): Promise<void> {
    const { connections } = this.#engine;
    await ring({ ...this.#engine, find: connections.get }, key);
  }

  /** Close every session without changing what is stored. */
  async dispose(): Promise<void> {
    const { publisher, logMessages, resourceUpdates, callsSettled, elicitations } = this.#engine;
    for (const listeners of [publisher, logMessages, resourceUpdates, callsSettled, elicitations]) listeners.clear();
    await Promise.all(this.#engine.connections.all().map((runner) => runner.hangUp()));
  }

  #answer(handlers: QuestionHandlers): void {
    const { questions } = this.#engine;
    questions.handlers = { ...questions.handlers, ...handlers };
  }
}
