// Drives one server: stores what a transition says, performs its effects, brings their results back as events.
import type { ErrorCode } from "@agents-internal/protocol";
import type { CatalogueStore } from "../catalog/catalogue.ts";
import { DISCOVER_DEFAULTS, discover } from "../catalog/discover.ts";
import { McpError } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { AuthTarget, OAuth } from "../oauth/oauth.ts";
import type { McpPorts } from "../ports.ts";
import type { ServerSecrets, ServerSecretsStore } from "../server-secrets.ts";
import type { OpenSession, Session, SessionFacts } from "../session/session.ts";
import type { ServerRecord, ServersTable, StoredServer } from "../storage/servers-table.ts";
import { NO_TOKENS } from "../token-source.ts";
import type { Effect } from "./effect.ts";
import type { LifecycleEvent } from "./event.ts";
import { nextRetryAt } from "./retry-policy.ts";
import { type Connection, type ConnectionState, isSettled } from "./state.ts";
import { type Outcome, transition } from "./transition.ts";

/** ms for reaching a server and shaking hands. */
const OPEN_TIMEOUT = 30_000;
/** ms for reading all lists. */
const DISCOVER_TIMEOUT = 15_000;

export interface RunnerDeps {
  readonly ports: McpPorts;
  readonly servers: ServersTable;
  readonly catalogue: CatalogueStore;
  readonly secrets: ServerSecretsStore;
  readonly oauth: OAuth;
  readonly fetch: GuardedFetch;
  readonly openSession: OpenSession;
  /** In [0, 1). */
  readonly random: () => number;
  /** Something that the snapshot shows changed. */
  readonly changed: () => void;
}

/** Not stored, because it cannot be: given anew by the code that adds the server. */
export type LiveOptions = Pick<Parameters<OpenSession>[0]["client"], "jsonSchemaValidator">;

export class ServerRunner {
  readonly #deps: RunnerDeps;
  #record: ServerRecord;
  #connection: Connection;
  #facts: SessionFacts | null;
  #catalogueVersion: number;
  #stored: string;
  #live: Session | null = null;
  #opening: Promise<Session> | null = null;
  /** The server does not know the stored session any more. */
  #sessionGone = false;
  readonly #calls = new Map<Session, number>();
  #discovering: Promise<McpError | null> | null = null;
  #discoveryAbort: AbortController | null = null;
  #exchange: Promise<McpError | null> | null = null;
  #reading: number | null = null;
  #readAgain = false;
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
    return this.#exchange ?? Promise.resolve(null);
  }
  /** Ends when the last reading of the lists ended. */
  get discovery(): Promise<McpError | null> {
    return this.#discovering ?? Promise.resolve(null);
  }
  /** Give up a reading of the lists that takes too long; it ends with `timeout`. */
  cancelDiscovery(): void {
    this.#discoveryAbort?.abort();
  }
  get forgotten(): Promise<void> {
    return this.#forgotten ?? Promise.resolve();
  }

  /** Everything authorization needs, without the client secret (which only {@link #fullTarget} opens). */
  get target(): AuthTarget {
    const { id, name, url, callbackUrl, options } = this.#record;
    return { serverId: id, serverName: name, serverUrl: url, callbackUrl, options: options.oauth };
  }

  /** Take over what a developer asks for now; the caller decides whether to restart. */
  update(record: ServerRecord): void {
    this.#record = record;
    this.#deps.servers.put({ record, connection: this.#connection, facts: this.#facts, catalogueVersion: this.#catalogueVersion });
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (!isSettled(this.state)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  dispatch(event: LifecycleEvent): Outcome {
    const outcome = transition(this.#connection, event);
    if (outcome.kind !== "move") return outcome;
    const { ports } = this.#deps;
    ports.sql.transaction(() => {
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
    if (this.#live) return this.#live;
    const { state } = this;
    const usable = state.kind === "ready" || state.kind === "connected" || (state.kind === "authenticating" && state.reason === "more-scope");
    if (!usable) throw this.unavailable();
    this.#opening ??= this.#resume(this.#connection.epoch).finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  /** Why a call cannot be made in this state. */
  unavailable(): McpError {
    const { state } = this;
    const serverId = this.#record.id;
    if (state.kind === "failed") return new McpError(state.code, { detail: state.detail ?? undefined, serverId });
    if (state.kind === "authenticating") return new McpError("authorization-required", { status: 401, serverId });
    return new McpError(state.kind === "removed" ? "removed" : "not-connected", { serverId });
  }

  /** Run one call over the live session. What its failure says about the connection is taken in. */
  async call<T>(run: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.session();
    this.#calls.set(session, (this.#calls.get(session) ?? 0) + 1);
    try {
      return await run(session);
    } catch (thrown) {
      const error = McpError.from(thrown);
      const { epoch } = this.#connection;
      if (error.code === "session-lost") this.#lost(session);
      else if (error.challenge && error.code !== "forbidden") this.dispatch({ type: "unauthorized", epoch, challenge: error.challenge });
      throw error;
    } finally {
      this.#calls.set(session, (this.#calls.get(session) ?? 1) - 1);
      if (session !== this.#live) this.#retire(session);
    }
  }

  /** A session that is not the live one any more has nothing to say about it. */
  #lost(session: Session): void {
    if (this.#live !== session) return;
    this.#sessionGone = true;
    this.dispatch({ type: "session-lost", epoch: this.#connection.epoch });
  }

  /** Close a session that was replaced, once the calls that still wait for its answers have them. */
  #retire(session: Session): void {
    if ((this.#calls.get(session) ?? 0) > 0) return;
    this.#calls.delete(session);
    this.#deps.ports.background(session.close({ endSession: !this.#sessionGone }));
  }

  /** Close the live session and change nothing else. */
  async hangUp(): Promise<void> {
    const live = this.#live;
    this.#live = null;
    await live?.close();
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
    const { ports } = this.#deps;
    switch (effect.type) {
      case "open":
        return ports.background(this.#open(effect.epoch));
      case "close": {
        const live = this.#live;
        this.#live = null;
        if (live && this.#sessionGone) this.#retire(live);
        else if (live) ports.background(live.close());
        return;
      }
      case "discover":
        return this.#discoverOnce(effect.epoch);
      case "start-flow":
        return ports.background(this.#startFlow(effect.epoch, effect.challenge));
      case "exchange":
        this.#exchange = this.#redeem(effect.flowId);
        return ports.background(this.#exchange);
      case "forget":
        this.#forgotten ??= this.#forget();
        return ports.background(this.#forgotten);
      default:
        return;
    }
  }

  async #open(epoch: number): Promise<void> {
    try {
      const session = await this.#connect(epoch, false);
      if (!session) return;
      this.dispatch({ type: "opened", epoch });
    } catch (thrown) {
      this.#failed(epoch, McpError.from(thrown));
    }
  }

  async #resume(epoch: number): Promise<Session> {
    try {
      const resume = this.#facts !== null && !this.#sessionGone;
      const session = await this.#connect(epoch, resume);
      if (!session) throw this.unavailable();
      this.dispatch({ type: "opened", epoch });
      // Another session may see another catalogue.
      if (!resume) this.dispatch({ type: "catalogue-changed" });
      return session;
    } catch (thrown) {
      const error = McpError.from(thrown);
      this.#failed(epoch, error);
      throw error;
    }
  }

  /** `null` when another attempt has begun meanwhile. */
  async #connect(epoch: number, resume: boolean): Promise<Session | null> {
    const { ports, oauth, secrets, fetch, openSession } = this.#deps;
    const { id, url, options } = this.#record;
    const secret = await secrets.read(id);
    const ownAuthorization = secret.headers.some(([name]) => name.toLowerCase() === "authorization");
    let opened: Session | null = null;
    const session = await openSession({
      serverId: id,
      url,
      transport: options.transport,
      client: { ...options.client, ...this.liveOptions },
      headers: secret.headers,
      tokens: ownAuthorization ? NO_TOKENS : oauth.tokens(this.#fullTarget(secret)),
      fetch,
      clock: ports.clock,
      log: ports.log,
      listener: {
        listChanged: () => void this.dispatch({ type: "catalogue-changed" }),
        lost: () => void (opened && this.#lost(opened)),
      },
      resume: resume && this.#facts ? { facts: this.#facts, sessionId: await secrets.readSession(id) } : undefined,
      signal: AbortSignal.timeout(OPEN_TIMEOUT),
    });
    opened = session;
    await secrets.writeSession(id, session.sessionId);
    if (epoch !== this.#connection.epoch) {
      ports.background(session.close());
      return null;
    }
    this.#live = session;
    this.#sessionGone = false;
    if (JSON.stringify(session.facts) !== JSON.stringify(this.#facts)) this.#deps.servers.saveFacts(id, session.facts);
    this.#facts = session.facts;
    return session;
  }

  /** One reading at a time; what changes while one runs is read once more after it. */
  #discoverOnce(epoch: number): void {
    if (this.#reading === epoch) {
      this.#readAgain = true;
      return;
    }
    this.#reading = epoch;
    this.#readAgain = false;
    this.#discovering = this.#discover(epoch).finally(() => {
      if (this.#reading !== epoch) return;
      this.#reading = null;
      if (this.#readAgain) this.dispatch({ type: "catalogue-changed" });
    });
    this.#deps.ports.background(this.#discovering);
  }

  async #discover(epoch: number): Promise<McpError | null> {
    try {
      if (this.#live === null && this.state.kind !== "ready") return null;
      const session = this.#live ?? (await this.session());
      const { maxPages } = DISCOVER_DEFAULTS;
      const limits = { ...DISCOVER_DEFAULTS, maxPages: this.#record.options.client.listMaxPages ?? maxPages };
      this.#discoveryAbort = new AbortController();
      const signal = AbortSignal.any([AbortSignal.timeout(DISCOVER_TIMEOUT), this.#discoveryAbort.signal]);
      const { lists } = await discover(session, { signal }, limits);
      if (epoch !== this.#connection.epoch) return null;
      this.#deps.ports.sql.transaction(() => {
        if (this.#deps.catalogue.update(this.#record.id, lists)) this.#catalogueVersion += 1;
        this.#deps.servers.saveCatalogueVersion(this.#record.id, this.#catalogueVersion);
        this.dispatch({ type: "discovered", epoch, catalogueVersion: this.#catalogueVersion });
      });
      return null;
    } catch (thrown) {
      const aborted = thrown instanceof McpError && thrown.code === "aborted";
      const error = aborted ? new McpError("timeout", { detail: "Listing took too long." }) : McpError.from(thrown, "discovery-failed");
      this.#failed(epoch, error);
      return error;
    }
  }

  async #startFlow(epoch: number, challenge: NonNullable<McpError["challenge"]>): Promise<void> {
    const { oauth, secrets } = this.#deps;
    try {
      const secret = await secrets.read(this.#record.id);
      if (secret.headers.some(([name]) => name.toLowerCase() === "authorization")) {
        throw new McpError("token-rejected", { detail: "The Authorization header given for it was refused.", status: challenge.status });
      }
      const flow = await oauth.begin(this.#fullTarget(secret), challenge);
      const outcome = this.dispatch({ type: "authorization-required", epoch, flowId: flow.id, reason: flow.reason, expiresAt: flow.expiresAt });
      const current = "flowId" in this.state ? this.state.flowId : null;
      if (outcome.kind === "ignore" && current !== flow.id) oauth.dropFlow(flow.id);
    } catch (thrown) {
      this.#failed(epoch, McpError.from(thrown, "authorization-failed"));
    }
  }

  async #redeem(flowId: string): Promise<McpError | null> {
    const { oauth, ports, secrets } = this.#deps;
    try {
      const { attemptId } = oauth.exchangeStage(flowId);
      if (attemptId === null) throw new McpError("flow-unknown");
      const tokens = await oauth.redeem(attemptId, this.#fullTarget(await secrets.read(this.#record.id)));
      ports.sql.transaction(() => {
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

  async #forget(): Promise<void> {
    const { oauth, ports, secrets, catalogue, servers } = this.#deps;
    const { id } = this.#record;
    const secret = await secrets.read(id).catch(() => secrets.none);
    const report = await oauth.signOut(this.#fullTarget(secret));
    ports.sql.transaction(() => {
      secrets.delete(id);
      catalogue.delete(id);
      servers.delete(id);
    });
    ports.log.info("mcp:removed", { serverId: id, refreshToken: report.refreshToken, accessToken: report.accessToken });
  }

  #failed(epoch: number, error: McpError): void {
    if (error.challenge && error.code !== "forbidden") {
      this.dispatch({ type: "unauthorized", epoch, challenge: error.challenge });
      return;
    }
    const { ports, random } = this.#deps;
    const attempt = this.state.kind === "connecting" ? this.state.attempt : 1;
    const retryAt = nextRetryAt(error, attempt, this.#record.options.retry, ports.clock.now(), random());
    const failure: { code: ErrorCode; detail: string | null } = { code: error.code, detail: error.detail ?? null };
    this.dispatch({ type: "attempt-failed", epoch, ...failure, retryAt });
  }

  #fullTarget(secret: ServerSecrets): AuthTarget {
    const { target } = this;
    if (secret.clientSecret === null || !target.options.client) return target;
    return { ...target, options: { ...target.options, client: { ...target.options.client, clientSecret: secret.clientSecret } } };
  }
}

export function alarmKey(timer: "retry" | "flow", serverId: string): string {
  return `mcp:${timer}:${serverId}`;
}

/** Whether a session is live is a fact of this moment, not of the server. */
function persistedForm({ epoch, state }: Connection): string {
  return JSON.stringify({ epoch, state: state.kind === "ready" ? { ...state, live: false } : state });
}
