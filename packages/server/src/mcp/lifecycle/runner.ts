// Drives one server: stores what a transition says, performs its effects, brings their results back as events.
import type { Catalogue, CatalogueStore } from "../catalog/catalogue.ts";
import { type HttpChallenge, McpError } from "../errors.ts";
import type { AuthTarget } from "../oauth/oauth.ts";
import type { OpenSessionOptions, Session, SessionFacts } from "../session/session.ts";
import type { ServerRecord, ServersTable, StoredServer } from "../storage/servers-table.ts";
import type { Effect, Timer } from "./effect.ts";
import type { LifecycleEvent } from "./event.ts";
import { nextRetryAt } from "./retry-policy.ts";
import { createDiscovery, type Discovery } from "./runner-discovery.ts";
import { createSessionKeeper, type SessionKeeper, type SessionKeeperDeps } from "./runner-session.ts";
import { forgetServer, prepareSignIn, redeemCode } from "./runner-sign-in.ts";
import { type Connection, type ConnectionState, isSettled } from "./state.ts";
import { type Outcome, transition } from "./transition.ts";

export interface RunnerDeps extends SessionKeeperDeps {
  readonly servers: ServersTable;
  readonly catalogue: CatalogueStore;
  /** In [0, 1). */
  readonly random: () => number;
  /** Something that the snapshot shows changed. */
  readonly changed: () => void;
}

/** Not stored, because it cannot be: given anew by the code that adds the server. */
export type LiveOptions = Pick<OpenSessionOptions["client"], "jsonSchemaValidator">;

export class ServerRunner {
  readonly #deps: RunnerDeps;
  readonly #sessions: SessionKeeper;
  readonly #discovery: Discovery;
  #record: ServerRecord;
  #connection: Connection;
  #facts: SessionFacts | null;
  #catalogueVersion: number;
  /** The connection as it lies in its row. */
  #stored: string;
  #opening: Promise<Session> | null = null;
  #exchange: Promise<McpError | null> = Promise.resolve(null);
  #forgotten: Promise<void> | null = null;
  #waiting: (() => void)[] = [];
  liveOptions: LiveOptions = {};

  constructor(stored: StoredServer, deps: RunnerDeps) {
    this.#deps = deps;
    this.#record = stored.record;
    this.#connection = stored.connection;
    this.#facts = stored.facts;
    this.#catalogueVersion = stored.catalogueVersion;
    this.#stored = persistedForm(stored.connection);
    this.#sessions = createSessionKeeper(deps, {
      listChanged: () => void this.dispatch({ type: "catalogue-changed" }),
      lost: () => void this.dispatch({ type: "session-lost", epoch: this.#connection.epoch }),
    });
    this.#discovery = createDiscovery({
      session: async () => this.#sessions.live ?? (this.state.kind === "ready" ? this.session() : null),
      maxPages: () => this.#record.options.client.listMaxPages,
      done: (epoch, lists) => this.#discovered(epoch, lists),
      failed: (epoch, error) => this.#failed(epoch, error),
      again: () => void this.dispatch({ type: "catalogue-changed" }),
    });
  }

  get record(): ServerRecord {
    return this.#record;
  }
  get state(): ConnectionState {
    return this.#connection.state;
  }
  get facts(): SessionFacts | null {
    return this.#facts;
  }
  /** Ends when the code of the last callback was redeemed, or with why it was not. */
  get exchange(): Promise<McpError | null> {
    return this.#exchange;
  }
  /** Ends when the last reading of the lists ended. */
  get discovery(): Promise<McpError | null> {
    return this.#discovery.current;
  }
  /** Ends when the last row of a removed server is gone. */
  get forgotten(): Promise<void> {
    return this.#forgotten ?? Promise.resolve();
  }
  /** Everything authorization needs, without the client secret. */
  get target(): AuthTarget {
    const { id, name, url, callbackUrl, options } = this.#record;
    return { serverId: id, serverName: name, serverUrl: url, callbackUrl, options: options.oauth };
  }

  cancelDiscovery(): void {
    this.#discovery.cancel();
  }

  /** Take over what a developer asks for now; the caller decides whether to restart. */
  update(record: ServerRecord): void {
    this.#record = record;
    this.#deps.servers.put({
      record,
      connection: this.#connection,
      facts: this.#facts,
      catalogueVersion: this.#catalogueVersion,
    });
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (!isSettled(this.state)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  dispatch(event: LifecycleEvent): Outcome {
    const outcome = transition(this.#connection, event);
    if (outcome.kind !== "move") return outcome;
    this.#deps.ports.sql.transaction(() => {
      this.#connection = outcome.connection;
      this.#persist();
      for (const effect of outcome.effects) this.#performNow(effect);
    });
    for (const effect of outcome.effects) this.#performLater(effect);
    this.#deps.changed();
    for (const resolve of this.#waiting.splice(0)) resolve();
    return outcome;
  }

  /**
   * The live session, opened or resumed when there is none. Callers share one opening.
   *
   * Rejects with the reason when the server cannot be used now.
   */
  async session(): Promise<Session> {
    await this.settled();
    if (this.#sessions.live) return this.#sessions.live;
    const { state } = this;
    const usable = state.kind === "ready" || (state.kind === "authenticating" && state.reason === "more-scope");
    if (!usable) throw this.unavailable();
    this.#opening ??= this.#reopen().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  /** Run one call over the live session. What its failure says about the connection is taken in. */
  async call<T>(run: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.session();
    try {
      return await this.#sessions.during(session, run);
    } catch (thrown) {
      const error = McpError.from(thrown);
      const challenge = challengeOf(error);
      if (challenge) this.dispatch({ type: "unauthorized", epoch: this.#connection.epoch, challenge });
      throw error;
    }
  }

  /** Why a call cannot be made in this state. */
  unavailable(): McpError {
    const { state } = this;
    const serverId = this.#record.id;
    if (state.kind === "failed") return new McpError(state.code, { detail: state.detail ?? undefined, serverId });
    if (state.kind === "authenticating") return new McpError("authorization-required", { status: 401, serverId });
    return new McpError(state.kind === "removed" ? "removed" : "not-connected", { serverId });
  }

  /** Close the live session and change nothing else. */
  hangUp(): Promise<void> {
    return this.#sessions.close();
  }

  #persist(): void {
    const text = persistedForm(this.#connection);
    if (text === this.#stored) return;
    this.#stored = text;
    this.#deps.servers.saveConnection(this.#record.id, JSON.parse(text) as Connection);
  }

  /** Effects that are rows: part of the transaction that stores the state. */
  #performNow(effect: Effect): void {
    const { ports, oauth } = this.#deps;
    if (effect.type === "drop-flow") oauth.dropFlow(effect.flowId);
    else if (effect.type === "schedule") ports.alarms.set(alarmKey(effect.timer, this.#record.id), effect.at);
    else if (effect.type === "cancel") ports.alarms.cancel(alarmKey(effect.timer, this.#record.id));
  }

  /** Effects that take time. Each brings its own result back; none rejects. */
  #performLater(effect: Effect): void {
    const { background } = this.#deps.ports;
    switch (effect.type) {
      case "open":
        return background(this.#open(effect.epoch));
      case "close":
        return background(this.#sessions.close());
      case "discover":
        this.#discovery.start(effect.epoch);
        return background(this.#discovery.current);
      case "start-flow":
        return background(this.#startFlow(effect.epoch, effect.challenge));
      case "exchange":
        this.#exchange = this.#redeem(effect.flowId);
        return background(this.#exchange);
      case "forget":
        this.#forgotten ??= forgetServer(this.#deps, this.target);
        return background(this.#forgotten);
      default:
        return;
    }
  }

  /** A new connection. */
  async #open(epoch: number): Promise<void> {
    try {
      const session = await this.#connect(epoch, false);
      if (session) this.dispatch({ type: "opened", epoch });
    } catch (thrown) {
      this.#failed(epoch, McpError.from(thrown));
    }
  }

  /** A session for a server that is known: resumed, unless the server has forgotten the stored one. */
  async #reopen(): Promise<Session> {
    const { epoch } = this.#connection;
    const { forgotten } = this.#sessions;
    try {
      const session = await this.#connect(epoch, true);
      if (!session) throw this.unavailable();
      this.dispatch({ type: "opened", epoch });
      // Another session may see another catalogue.
      if (forgotten) this.dispatch({ type: "catalogue-changed" });
      return session;
    } catch (thrown) {
      const error = McpError.from(thrown);
      this.#failed(epoch, error);
      throw error;
    }
  }

  async #connect(epoch: number, again: boolean): Promise<Session | null> {
    const { options } = this.#record;
    const client = { ...options.client, ...this.liveOptions };
    const session = await this.#sessions.open(
      { auth: this.target, transport: options.transport, client, facts: this.#facts },
      { again, isCurrent: () => epoch === this.#connection.epoch },
    );
    if (session && JSON.stringify(session.facts) !== JSON.stringify(this.#facts)) {
      this.#facts = session.facts;
      this.#deps.servers.saveFacts(this.#record.id, session.facts);
    }
    return session;
  }

  #discovered(epoch: number, lists: Partial<Catalogue>): void {
    const { ports, catalogue, servers } = this.#deps;
    if (epoch !== this.#connection.epoch) return;
    ports.sql.transaction(() => {
      if (catalogue.update(this.#record.id, lists)) {
        this.#catalogueVersion += 1;
        servers.saveCatalogueVersion(this.#record.id, this.#catalogueVersion);
      }
      this.dispatch({ type: "discovered", epoch, catalogueVersion: this.#catalogueVersion });
    });
  }

  async #startFlow(epoch: number, challenge: HttpChallenge): Promise<void> {
    try {
      const flow = await prepareSignIn(this.#deps, this.target, challenge);
      const { id: flowId, reason, expiresAt } = flow;
      const { kind } = this.dispatch({ type: "authorization-required", epoch, flowId, reason, expiresAt });
      const current = "flowId" in this.state ? this.state.flowId : null;
      if (kind === "ignore" && current !== flowId) this.#deps.oauth.dropFlow(flowId);
    } catch (thrown) {
      this.#failed(epoch, McpError.from(thrown, "authorization-failed"));
    }
  }

  async #redeem(flowId: string): Promise<McpError | null> {
    try {
      const tokens = await redeemCode(this.#deps, this.target, flowId);
      this.#deps.ports.sql.transaction(() => {
        tokens.commit();
        this.dispatch({ type: "exchanged", flowId });
      });
      return null;
    } catch (thrown) {
      const error = McpError.from(thrown, "token-refused");
      this.dispatch({ type: "exchange-failed", flowId, code: error.code, detail: error.detail ?? null });
      return error;
    }
  }

  #failed(epoch: number, error: McpError): void {
    const challenge = challengeOf(error);
    if (challenge) {
      this.dispatch({ type: "unauthorized", epoch, challenge });
      return;
    }
    const { ports, random } = this.#deps;
    const attempt = this.state.kind === "connecting" ? this.state.attempt : 1;
    const retryAt = nextRetryAt(error, attempt, this.#record.options.retry, ports.clock.now(), random());
    this.dispatch({ type: "attempt-failed", epoch, code: error.code, detail: error.detail ?? null, retryAt });
  }
}

export function alarmKey(timer: Timer, serverId: string): string {
  return `mcp:${timer}:${serverId}`;
}

/** A challenge that signing in can answer; a plain 403 cannot be. */
function challengeOf(error: McpError): HttpChallenge | null {
  return error.code === "forbidden" ? null : (error.challenge ?? null);
}

/** Whether a session is live is a fact of this moment, not of the server. */
function persistedForm({ epoch, state }: Connection): string {
  return JSON.stringify({ epoch, state: state.kind === "ready" ? { ...state, live: false } : state });
}
