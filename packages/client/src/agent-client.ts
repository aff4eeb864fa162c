// The client of one agent: a reconnecting socket that knows the agent's state, identity, methods and MCP servers.
import {
  decodeServerMessage,
  type Elicitation,
  type ElicitResult,
  encodeClientMessage,
  MCP_PATCHES,
  type IdentityMessage,
  type MCPServersState,
} from "@agents-internal/protocol";
import ReconnectingWebSocket from "partysocket/ws";
import { ElicitationStore } from "./elicitation-store.ts";
import { AgentConnectionError, AgentError, type CloseReason } from "./errors.ts";
import { McpStore } from "./mcp-store.ts";
import { type AgentClientOptions, toPartyAddress, toUrl, withQuery } from "./options.ts";
import {
  type CallOptions,
  DEFAULT_CALL_TIMEOUT_MS,
  PendingCalls,
  type StreamOptions,
  toCallOptions,
} from "./pending-calls.ts";
import { Readiness } from "./readiness.ts";
import { ReconnectPolicy } from "./reconnect-policy.ts";
import { type Readable, SnapshotStore } from "./snapshot-store.ts";
import { StateMirror } from "./state-mirror.ts";
import { createStubProxy } from "./stub.ts";
import type { StateOf, StubOf } from "./types.ts";

/** Who answers at the other end. */
export interface AgentIdentity {
  readonly name: string;
  /** Class name in kebab-case. */
  readonly agent: string;
}

/** What can change about a client, as one immutable value; MCP servers are in `mcpStore`. */
export interface AgentView<State> {
  readonly state: State | undefined;
  readonly identity: AgentIdentity | null;
  readonly identified: boolean;
  readonly connectionError: AgentConnectionError | null;
}

/**
 * Connection to one agent. Reconnects by itself, except after a terminal close code.
 *
 * @example
 * const agent = new AgentClient({ agent: "MyAgent", host: "example.com", onMcpUpdate: (mcp) => console.log(mcp.tools) });
 * await agent.ready;
 * const sum = await agent.call<number>("add", [1, 2]);
 */
export class AgentClient<Agent = unknown, S = unknown> extends ReconnectingWebSocket {
  /** Kebab-case class name: the one asked for, then the one that answered. */
  agent: string;
  /** Instance: the one asked for, then the one that answered. */
  name: string;
  readonly host: string;
  /** The instance as it stands in the address. */
  readonly room: string;
  /** Of this client, over all its connections: the agent's `connection.id`. */
  readonly id: string;
  /** The agent's address, without parameters. */
  readonly roomUrl: string;
  /** Methods of the agent as functions; the same function for the same name. */
  readonly stub: StubOf<Agent>;
  /** The MCP servers as a store with selectors. */
  readonly mcpStore = new McpStore();
  /** The questions of MCP servers that wait for a person, oldest first, as a store. The agent tells them once somebody subscribes. */
  readonly elicitations: Readable<readonly Elicitation[]>;
  /** State, identity and connection error as a store. */
  readonly view: Readable<AgentView<StateOf<Agent, S>>>;

  readonly #options: AgentClientOptions<StateOf<Agent, S>>;
  readonly #view: SnapshotStore<AgentView<StateOf<Agent, S>>>;
  readonly #state = new StateMirror<StateOf<Agent, S>>();
  readonly #calls: PendingCalls;
  readonly #readiness = new Readiness();
  readonly #policy: ReconnectPolicy;
  readonly #elicitations = new ElicitationStore(() => {
    if (this.readyState === this.OPEN) this.send(encodeClientMessage({ type: "cf_agent_mcp_elicitations" }));
  });
  /** A patch did not fit, and what makes good for it is on its way. */
  #asked = false;
  #ended = false;
  #holders = 0;

  constructor(options: AgentClientOptions<StateOf<Agent, S>>) {
    const policy = new ReconnectPolicy({
      maxRetries: options.maxRetries,
      minUptime: options.minUptime,
      decide: options.shouldReconnectOnClose,
      now: () => performance.now(),
    });
    const address = toPartyAddress(options);
    const id = options.id ?? randomId();
    const roomUrl = toUrl(address);
    // An agent of ours then tells no more of its MCP servers than what changed.
    const own = { _pk: id, [MCP_PATCHES.parameter]: MCP_PATCHES.value };
    super(() => withQuery(roomUrl, options.query, own), options.protocols, {
      ...options,
      shouldReconnectOnClose: (event) => policy.shouldReconnect(event),
    });
    this.id = id;
    this.host = address.host;
    this.room = address.room;
    this.roomUrl = roomUrl;
    this.#options = options;
    this.#policy = policy;
    this.agent = address.party;
    this.name = options.name ?? "default";
    this.#view = new SnapshotStore<AgentView<StateOf<Agent, S>>>({
      state: undefined,
      identity: null,
      identified: false,
      connectionError: null,
    });
    this.view = this.#view;
    this.elicitations = this.#elicitations;
    this.#calls = new PendingCalls({
      defaultTimeout: options.defaultCallTimeout ?? DEFAULT_CALL_TIMEOUT_MS,
      send: (frame) => this.readyState === this.OPEN && this.send(frame),
    });
    this.stub = createStubProxy<StubOf<Agent> & object>((method, args) => this.call(method, args));
    this.addEventListener("open", (event) => this.#opened(event));
    this.addEventListener("message", (event) => this.#received(event));
    this.addEventListener("close", (event) => this.#closed(event));
    this.addEventListener("error", (event) => options.onError?.(event));
  }

  /** The agent's state as last heard, or as set here and not yet refused. */
  get state(): StateOf<Agent, S> | undefined {
    return this.#state.value;
  }

  /** MCP servers and what they offer; empty until the agent has told. */
  get mcp(): MCPServersState {
    return this.mcpStore.getSnapshot();
  }

  get identity(): AgentIdentity | null {
    return this.#view.getSnapshot().identity;
  }

  /** The agent of the present connection has said who it is. */
  get identified(): boolean {
    return this.#view.getSnapshot().identified;
  }

  /** Fulfilled when the agent has said who it is (and its state, if it announced one); a new promise after each close. */
  get ready(): Promise<void> {
    return this.#readiness.promise;
  }

  /** Why there is no connection any more and none will be tried, or `null`. */
  get connectionError(): AgentConnectionError | null {
    return this.#view.getSnapshot().connectionError;
  }

  /** Change the agent's state. Shown at once; rolled back when the agent refuses. Sent when the connection opens, if it is not. */
  setState(state: StateOf<Agent, S>): void {
    this.#state.setLocal(state);
    this.send(encodeClientMessage({ type: "cf_agent_state", state }));
    this.#show({ state });
    this.#options.onStateUpdate?.(state, "client");
  }

  /**
   * Call a method of the agent. Waits for the connection if there is none yet.
   *
   * Rejects with an `AgentError`: the code the agent sent, `connection-closed` when the connection ended before the answer,
   * `call-timeout`.
   */
  call<T = unknown>(method: string, args: readonly unknown[] = [], options?: CallOptions | StreamOptions): Promise<T> {
    if (this.#ended) return Promise.reject(new AgentError("connection-closed", "Connection closed"));
    return this.#calls.start(method, args, toCallOptions(options)) as Promise<T>;
  }

  /**
   * Answer a question of an MCP server. For a page `accept` means that the person agreed to open it.
   *
   * Rejects as {@link call} does, and with `readonly`, `elicitation-unknown`, `elicitation-ended` (somebody else was first, or
   * its call is over), `elicitation-interrupted`, `elicitation-invalid` (says which field).
   */
  async answerElicitation(elicitation: string, result: ElicitResult): Promise<void> {
    const type = "cf_agent_mcp_elicitation_answer" as const;
    if (this.#ended) throw new AgentError("connection-closed", "Connection closed");
    await this.#calls.start(type, [], {}, (id) => ({ type, id, elicitation, result }));
  }

  /** The agent's address for HTTP, without query. */
  getHttpUrl(): string {
    return this.roomUrl.replace(/^ws/, "http");
  }

  /** Close for good; calls without an answer reject with `connection-closed`. */
  override close(code?: number, reason?: string): void {
    this.#ended = true;
    this.#policy.deliberately(() => super.close(code, reason));
    this.#calls.reject({ all: true });
  }

  /** Connect anew; after a close, too. Throws `option-invalid` for a client that was made without a host. */
  override reconnect(code?: number, reason?: string): void {
    if (!this.host) throw new AgentError("option-invalid", "host is required outside a browser");
    this.#ended = false;
    this.#readiness.restart();
    this.#show({ connectionError: null });
    this.#policy.deliberately(() => super.reconnect(code, reason));
  }

  /**
   * Keep the connection open until the returned function is called; it closes when nobody holds it. A release that is
   * followed by a new hold within the same turn of the event loop, as React's StrictMode does, closes nothing.
   */
  hold(): () => void {
    this.#holders += 1;
    if (this.#holders === 1 && (this.#ended || !this.shouldReconnect)) this.reconnect();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holders -= 1;
      setTimeout(() => {
        if (this.#holders === 0) this.close();
      }, 0);
    };
  }

  /** Not for clients: use {@link agentFetch}. */
  static fetch(): Promise<Response> {
    return Promise.reject(new AgentError("option-invalid", "AgentClient.fetch does not exist; use agentFetch"));
  }

  #show(change: Partial<AgentView<StateOf<Agent, S>>>): void {
    const before = this.#view.getSnapshot();
    const after = { ...before, ...change };
    // A failed attempt to reconnect, for example, changes nothing that is shown.
    if (!isShallowEqual(before, after)) this.#view.set(after);
  }

  #opened(event: Event): void {
    this.#policy.opened();
    this.#asked = false;
    this.#state.opened();
    this.#elicitations.opened(this.#options.onElicitation !== undefined);
    this.#calls.flush();
    this.#options.onOpen?.(event);
  }

  #closed(event: CloseReason): void {
    this.#state.closed();
    const permanent = !this.shouldReconnect;
    this.#calls.reject({ all: permanent });
    // A close asked for here is no error.
    const connectionError = permanent && !this.#ended ? new AgentConnectionError(event) : null;
    if (connectionError) this.#ended = true;
    this.#readiness.closed(connectionError);
    this.#show({ identified: false, connectionError });
    this.#options.onClose?.(event);
    if (connectionError) this.#options.onConnectionError?.(connectionError);
  }

  #received(event: MessageEvent): void {
    const decoded = typeof event.data === "string" ? decodeServerMessage(event.data) : null;
    if (decoded?.kind !== "message") return this.#options.onMessage?.(event);
    const { message } = decoded;
    switch (message.type) {
      case "cf_agent_identity":
        return this.#identified(message);
      case "cf_agent_state":
        if (this.#state.receive(message.state as StateOf<Agent, S>)) this.#stateFromAgent();
        return this.#readiness.state();
      case "cf_agent_state_error":
        if (this.#state.rollBack()) this.#stateFromAgent();
        return this.#options.onStateUpdateError?.(message.error);
      case "cf_agent_mcp_servers":
        this.#state.settle();
        this.mcpStore.replace(message.mcp);
        return this.#options.onMcpUpdate?.(this.mcp);
      case "cf_agent_mcp_patch":
        if (!this.mcpStore.patch(message)) return this.#askForEverything();
        this.#asked &&= message.from !== undefined;
        this.#state.settle();
        return this.#options.onMcpUpdate?.(this.mcp);
      case "cf_agent_mcp_elicitations":
        return this.#elicitations.receive(message, this.#options.onElicitation);
      case "rpc":
        return this.#calls.receive(message);
    }
  }

  /** Once, until it comes. */
  #askForEverything(): void {
    if (!this.#asked) this.send(encodeClientMessage({ type: "cf_agent_mcp_patch" }));
    this.#asked = true;
  }

  #stateFromAgent(): void {
    const state = this.#state.value;
    this.#show({ state });
    this.#options.onStateUpdate?.(state as StateOf<Agent, S>, "server");
  }

  #identified({ name, agent, stateFollows }: IdentityMessage): void {
    const before = this.identity;
    this.name = name;
    this.agent = agent;
    this.#show({ identity: { name, agent }, identified: true });
    this.#readiness.identified(stateFollows === true);
    if (before && (before.name !== name || before.agent !== agent)) {
      if (this.#options.onIdentityChange) this.#options.onIdentityChange(before.name, name, before.agent, agent);
      else
        console.warn(
          `After a reconnect ${agent}/${name} answers, not ${before.agent}/${before.name}; see onIdentityChange`,
        );
    }
    this.#options.onIdentity?.(name, agent);
  }
}

/** As many bits as a UUID. Pages on plain http have no other source of one. */
function randomId(): string {
  return crypto.getRandomValues(new Uint8Array(16)).reduce((id, byte) => id + byte.toString(16).padStart(2, "0"), "");
}

function isShallowEqual<T extends object>(a: T, b: T): boolean {
  return (Object.keys(b) as (keyof T)[]).every((key) => Object.is(a[key], b[key]));
}
