// Drives one server: stores what a transition says, performs its effects, brings their results back as events.
import type { Catalogue } from "../catalog/catalogue.ts";
import { type HttpChallenge, McpError } from "../errors.ts";
import type { AuthTarget } from "../oauth/oauth.ts";
import type { OpenSessionOptions, Session, SessionFacts } from "../session/session.ts";
import type { ServerRecord, StoredServer } from "../storage/servers-table.ts";
import type { Effect, Timer } from "./effect.ts";
import type { LifecycleEvent } from "./event.ts";
import { nextRetryAt } from "./retry-policy.ts";
import { createDiscovery, type Discovery } from "./runner-discovery.ts";
import { createServerRow, type ServerRow, type ServerRowDeps } from "./runner-row.ts";
import { createSessionKeeper, type SessionKeeper, type SessionKeeperDeps } from "./runner-session.ts";
import { forgetServer, prepareSignIn, redeemCode } from "./runner-sign-in.ts";
import { type ConnectionState, isSettled } from "./state.ts";
import { type Outcome, transition } from "./transition.ts";

export interface RunnerDeps extends SessionKeeperDeps, ServerRowDeps {
  /** In [0, 1). */
  readonly random: () => number;
}

/** Not stored, because it cannot be: given anew by the code that adds the server. */
export type LiveOptions = Pick<OpenSessionOptions["client"], "jsonSchemaValidator">;

/** ms for which lists are not read again when a session is resumed. */
const CATALOGUE_TRUSTED = 5 * 60_000;

export class ServerRunner {
  readonly #deps: RunnerDeps;
  readonly #sessions: SessionKeeper;
  readonly #discovery: Discovery;
  readonly #row: ServerRow;
  /** Aborted when the attempt is over, and with it whatever it still has under way. */
  #attempt = new AbortController();
  /** ms since the epoch; not stored, so that the first use after a wake looks again. */
  #listedAt = 0;
  #opening: Promise<Session | null> | null = null;
  #exchange: Promise<McpError | null> = Promise.resolve(null);
  #signIn: Promise<void> = Promise.resolve();
  #forgotten: Promise<void> | null = null;
  #waiting: (() => void)[] = [];
  liveOptions: LiveOptions = {};

  constructor(stored: StoredServer, deps: RunnerDeps) {
    this.#deps = deps;
    this.#row = createServerRow(stored, deps);
    this.#sessions = createSessionKeeper(deps, {
      listChanged: () => void this.dispatch({ type: "catalogue-changed" }),
      lost: () => void this.dispatch({ type: "session-lost", epoch: this.#row.connection.epoch }),
      idle: () => void this.dispatch({ type: "idle", epoch: this.#row.connection.epoch }),
    });
    this.#discovery = createDiscovery({
      over: (read) => this.#readOver(read),
      maxPages: () => this.#row.record.options.client.listMaxPages,
      done: (epoch, lists) => this.#discovered(epoch, lists),
      failed: (epoch, error) => this.#notDiscovered(epoch, error),
      again: () => void this.dispatch({ type: "catalogue-changed" }),
    });
  }

  get record(): ServerRecord {
    return this.#row.record;
  }
  get state(): ConnectionState {
    return this.#row.connection.state;
  }
  get facts(): SessionFacts | null {
    return this.#row.facts;
  }
  /** `null` while there is none; asking opens none. */
  get live(): Session | null {
    return this.#sessions.live;
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
    const { id, name, url, callbackUrl, options } = this.#row.record;
    return { serverId: id, serverName: name, serverUrl: url, callbackUrl, options: options.oauth };
  }

  cancelDiscovery(): void {
    this.#discovery.cancel();
  }

  /** Take over what a developer asks for now; the caller decides whether to restart. */
  update(record: ServerRecord): void {
    this.#row.setRecord(record);
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (!isSettled(this.state)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  dispatch(event: LifecycleEvent): Outcome {
    const before = this.#row.connection;
    const outcome = transition(before, event);
    if (outcome.kind !== "move") return outcome;
    this.#deps.ports.sql.transaction(() => {
      this.#row.setConnection(outcome.connection);
      for (const effect of outcome.effects) this.#performNow(effect);
    });
    if (before.epoch !== outcome.connection.epoch) {
      this.#attempt.abort();
      this.#attempt = new AbortController();
    }
    for (const effect of outcome.effects) this.#performLater(effect);
    this.#row.publish();
    for (const resolve of this.#waiting.splice(0)) resolve();
    return outcome;
  }

  /**
   * The live session, opened or resumed when there is none. Callers share one opening.
   *
   * Rejects with the reason when the server cannot be used now.
   */
  async session(): Promise<Session> {
    for (;;) {
      await this.settled();
      if (this.#sessions.live) return this.#sessions.live;
      const { state } = this;
      const usable = state.kind === "ready" || (state.kind === "authenticating" && state.reason === "more-scope");
      if (!usable) throw this.unavailable();
      this.#opening ??= this.#reopen().finally(() => {
        this.#opening = null;
      });
      const session = await this.#opening;
      // Otherwise another attempt began meanwhile: its outcome decides.
      if (session) return session;
    }
  }

  /** Go on over another session, which listens to what the app wants to hear by now. Calls under way keep theirs. */
  async renew(): Promise<void> {
    await this.session();
    // What was being opened meanwhile may have read what the app wanted before.
    this.#opening = this.#connect(true).finally(() => {
      this.#opening = null;
    });
    await (
      await this.#opening
    )?.listening;
  }

  /** Run one call over the live session. What its failure says about the connection is taken in. */
  async call<T>(run: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.session();
    const { epoch } = this.#row.connection;
    try {
      const result = await this.#sessions.during(session, run);
      this.dispatch({ type: "used" });
      return result;
    } catch (thrown) {
      const error = McpError.from(thrown);
      const challenge = challengeOf(error);
      if (challenge) {
        this.dispatch({ type: "unauthorized", epoch, challenge });
        // Whoever is told that a person is needed finds the address to send them to.
        await this.#signIn;
        // Without a person to ask, the server has failed by now, and its reason is the call's.
        if (this.record.options.oauth.grant && this.state.kind === "failed") throw this.unavailable();
      }
      // Another call found out first, and this one's session was closed for it.
      else if (error.code === "not-connected" && this.state.kind === "failed") throw this.unavailable();
      // Nothing works before the host has its key back, or the developer has mended the grant: that is what is shown.
      else if (error.code === "vault-locked" || this.#isGrantRefused(error)) this.#failed(epoch, error);
      throw error;
    }
  }

  /** Why a call cannot be made in this state. */
  unavailable(): McpError {
    const { state } = this;
    const serverId = this.#row.record.id;
    if (state.kind === "failed") {
      const { code, detail, status } = state;
      return new McpError(code, { detail: detail ?? undefined, status, serverId });
    }
    if (state.kind === "authenticating") return new McpError("authorization-required", { status: 401, serverId });
    return new McpError(state.kind === "removed" ? "removed" : "not-connected", { serverId });
  }

  /** Close the live session and change nothing else. */
  hangUp(): Promise<void> {
    return this.#sessions.close();
  }

  /** Effects that are rows: part of the transaction that stores the state. */
  #performNow(effect: Effect): void {
    const { ports, oauth } = this.#deps;
    if (effect.type === "drop-flow") oauth.dropFlow(effect.flowId);
    else if (effect.type === "schedule") ports.alarms.set(alarmKey(effect.timer, this.#row.record.id), effect.at);
    else if (effect.type === "cancel") ports.alarms.cancel(alarmKey(effect.timer, this.#row.record.id));
  }

  /** Effects that take time. Each brings its own result back; none rejects. */
  #performLater(effect: Effect): void {
    const { background } = this.#deps.ports;
    switch (effect.type) {
      case "open":
        return background(this.#open(effect.epoch));
      case "close":
        return background(this.#sessions.close());
      case "rest":
        return background(this.#sessions.rest());
      case "discover":
        this.#discovery.start(effect.epoch);
        return background(this.#discovery.current);
      case "start-flow":
        this.#signIn = this.#startFlow(effect.epoch, effect.challenge);
        return background(this.#signIn);
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
      const session = await this.#connect(false);
      if (session) this.dispatch({ type: "opened", epoch });
    } catch (thrown) {
      this.#failed(epoch, McpError.from(thrown));
    }
  }

  /**
   * A session for a server that is known: resumed, unless the server has forgotten the stored one. `null` when another
   * attempt began meanwhile.
   */
  async #reopen(): Promise<Session | null> {
    const { epoch } = this.#row.connection;
    const { forgotten } = this.#sessions;
    const { ports } = this.#deps;
    try {
      const session = await this.#connect(true);
      if (!session) return null;
      this.dispatch({ type: "opened", epoch });
      // Another session may see another catalogue, and while there was none nobody heard of changes.
      const old = ports.clock.now() - this.#listedAt >= CATALOGUE_TRUSTED;
      if (forgotten || old) this.dispatch({ type: "catalogue-changed" });
      return session;
    } catch (thrown) {
      const error = McpError.from(thrown);
      if (epoch !== this.#row.connection.epoch) return null;
      this.#failed(epoch, error);
      throw error;
    }
  }

  async #connect(again: boolean): Promise<Session | null> {
    const { options } = this.#row.record;
    const client = { ...options.client, ...this.liveOptions };
    const session = await this.#sessions.open(
      { auth: this.target, transport: options.transport, client, facts: this.#row.facts },
      { again, current: this.#attempt.signal },
    );
    if (session) this.#row.setFacts(session.facts);
    return session;
  }

  /** A list that a forgotten session could not be asked for is asked for once more over the next one. */
  async #readOver<T>(read: (session: Session) => Promise<T>): Promise<T | null> {
    const session = this.#sessions.live ?? (this.state.kind === "ready" ? await this.session() : null);
    if (session === null) return null;
    try {
      return await this.#sessions.during(session, read);
    } catch (thrown) {
      if (McpError.from(thrown).code !== "session-lost" || this.state.kind !== "ready") throw thrown;
      return this.#sessions.during(await this.session(), read);
    }
  }

  #discovered(epoch: number, lists: Partial<Catalogue>): void {
    const { ports } = this.#deps;
    if (epoch !== this.#row.connection.epoch) return;
    this.#listedAt = ports.clock.now();
    ports.sql.transaction(() => {
      this.#row.setLists(lists);
      this.dispatch({ type: "discovered", epoch, catalogueVersion: this.#row.catalogueVersion });
    });
  }

  /** A failure that would only come again costs nobody a working server: what is known of its lists stays. */
  #notDiscovered(epoch: number, error: McpError): void {
    const isWorking = this.state.kind === "ready" && challengeOf(error) === null;
    if (!isWorking || this.#retryAt(error) !== null) return this.#failed(epoch, error);
    this.#deps.ports.log.warn("mcp-lists-unreadable", { serverId: this.#row.record.id, code: error.code });
  }

  async #startFlow(epoch: number, challenge: HttpChallenge): Promise<void> {
    try {
      const { signal } = this.#attempt;
      const { id: flowId, reason, expiresAt } = await prepareSignIn(this.#deps, this.target, challenge, signal);
      const { kind } = this.dispatch({ type: "authorization-required", epoch, flowId, reason, expiresAt });
      if (kind !== "ignore") return;
      const current = "flowId" in this.state ? this.state.flowId : null;
      if (current !== flowId) this.#deps.oauth.dropFlow(flowId);
      // The open sign-in asks for more than before.
      else this.#deps.changed();
    } catch (thrown) {
      const error = McpError.from(thrown, "authorization-failed");
      // More permission was asked for, and nobody can be asked: what was granted before still works.
      if (challenge.status === 403 && (this.state.kind === "ready" || this.state.kind === "connected")) {
        this.#deps.ports.log.warn("mcp-step-up-failed", { serverId: this.#row.record.id, code: error.code });
      } else this.#failed(epoch, error);
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
      const { code, detail = null, status } = error;
      this.dispatch({ type: "exchange-failed", flowId, code, detail, status });
      return error;
    }
  }

  #failed(epoch: number, error: McpError): void {
    const challenge = challengeOf(error);
    if (challenge) {
      this.dispatch({ type: "unauthorized", epoch, challenge });
      return;
    }
    const retryAt = this.#retryAt(error);
    const { code, detail = null, status } = error;
    this.dispatch({ type: "attempt-failed", epoch, code, detail, status, retryAt });
  }

  /** Where no person takes part, a no of the authorization server is final. */
  #isGrantRefused({ code }: McpError): boolean {
    return (
      this.#row.record.options.oauth.grant !== undefined && (code === "token-refused" || code === "token-rejected")
    );
  }

  #retryAt(error: McpError): number | null {
    const { ports, random } = this.#deps;
    const attempt = this.state.kind === "connecting" ? this.state.attempt : 1;
    return nextRetryAt(error, attempt, this.#row.record.options.retry, ports.clock.now(), random());
  }
}

function alarmKey(timer: Timer, serverId: string): string {
  return `mcp:${timer}:${serverId}`;
}

/** A challenge that signing in can answer; a plain 403 cannot be. */
function challengeOf(error: McpError): HttpChallenge | null {
  return error.code === "forbidden" ? null : (error.challenge ?? null);
}
