// Drives one server: stores what a transition says, performs its effects, brings their results back as events.
import type { RemovalReport, SignOutReport } from "@agents-internal/protocol";
import { alarmKey } from "../alarm-key.ts";
import { McpError } from "../errors.ts";
import type { AuthTarget } from "../oauth/oauth.ts";
import type { Listen } from "../options.ts";
import type { Session, SessionFacts } from "../session/session.ts";
import type { ServerRecord, StoredServer } from "../storage/servers-table.ts";
import { describeMove } from "../timeline/from-move.ts";
import type { Timeline } from "../timeline/recorder.ts";
import type { Effect } from "./effect.ts";
import type { LifecycleEvent } from "./event.ts";
import { forgetServer, type ForgetServerDeps } from "./runner-removal.ts";
import { nextRetryAt } from "./retry-policy.ts";
import { type CallContext, makeCall } from "./runner-call.ts";
import { challengeOf, type RunnerCore } from "./runner-core.ts";
import { createServerLists, type ServerLists, type ServerListsDeps } from "./runner-lists.ts";
import { createOpening, type LiveOptions, type Opening } from "./runner-opening.ts";
import { createServerRow, type ServerRow, type ServerRowDeps } from "./runner-row.ts";
import { createSessionKeeper, type SessionKeeper, type SessionKeeperDeps } from "./runner-session.ts";
import { createSignIn, type SignIn } from "./runner-sign-in.ts";
import { attemptOf, type ConnectionState, isSettled } from "./state.ts";
import { type Outcome, transition } from "./transition.ts";

export interface RunnerDeps extends SessionKeeperDeps, ServerRowDeps, ServerListsDeps, ForgetServerDeps {
  readonly timeline: Timeline;
  /** End the calls that a server still works on, and withdraw what it asked people. */
  readonly endCalls: (serverId: string, code: "removed" | "not-connected") => void;
  /** What another server at the same host was found to be; `null`: there is none of which that is known. */
  readonly neighbourOf: (record: ServerRecord) => SessionFacts | null;
  /** For servers that were added without saying it. */
  readonly listen: Listen;
  /** Whether sign-ins may come back to a stored address. */
  readonly admitsCallback: (callbackUrl: string) => boolean;
}

/** Where there was nothing to give back. */
export const NOTHING_REMOVED: RemovalReport = { refreshToken: "none", accessToken: "none", registration: "none" };

export class ServerRunner {
  readonly #deps: RunnerDeps;
  readonly #sessions: SessionKeeper;
  readonly #opening: Opening;
  readonly #lists: ServerLists;
  readonly #signIn: SignIn;
  readonly #row: ServerRow;
  readonly #core: RunnerCore;
  /** Aborted when the attempt is over, and with it whatever it still has under way. */
  #attempt = new AbortController();
  #signedOut: Promise<SignOutReport> = Promise.resolve(NOTHING_REMOVED);
  #forgotten: Promise<RemovalReport> | null = null;
  #waiting: (() => void)[] = [];

  constructor(stored: StoredServer, deps: RunnerDeps) {
    this.#deps = deps;
    this.#row = createServerRow(stored, deps);
    this.#sessions = createSessionKeeper(deps, {
      listChanged: (kind) => void this.dispatch({ type: "catalogue-changed", kinds: [kind] }),
      lost: () => void this.dispatch({ type: "session-lost", epoch: this.#row.connection.epoch }),
      idle: () => void this.dispatch({ type: "idle", epoch: this.#row.connection.epoch }),
      hearing: () => this.#row.publish(this.isHeard),
    });
    this.#core = {
      row: this.#row,
      sessions: this.#sessions,
      target: () => this.target,
      listen: () => this.listen,
      neighbour: () => deps.neighbourOf(this.#row.record),
      attempt: () => this.#attempt.signal,
      dispatch: (event) => this.dispatch(event),
      tell: (facts) => deps.timeline.record(stored.record.id, facts),
      settled: () => this.settled(),
      moved: () => this.#moved(),
      failed: (epoch, error) => this.#failed(epoch, error),
      retryAt: (error) => this.#retryAt(error),
      used: (look) => this.#lists.revalidate(look),
      unavailable: () => this.unavailable(),
    };
    this.#opening = createOpening(this.#core);
    this.#signIn = createSignIn(this.#core, deps);
    this.#lists = createServerLists({ core: this.#core, opening: this.#opening }, deps);
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
  /** When what the server says unasked is listened to. */
  get listen(): Listen {
    return this.record.options.listen ?? this.#deps.listen;
  }
  /** Whether what is shown of its lists is too old to be shown without a look. */
  get isStale(): boolean {
    return this.#lists.stale("watched").length > 0;
  }
  get catalogueVersion(): number {
    return this.#row.catalogueVersion;
  }
  /** What the server says unasked is heard. */
  get isHeard(): boolean {
    return this.#sessions.isHeard;
  }
  /** `null` while there is none; asking opens none. */
  get live(): Session | null {
    return this.#sessions.live;
  }
  /** Ends when the code of the last callback was redeemed, or with why it was not. */
  get exchange(): Promise<McpError | null> {
    return this.#signIn.exchange;
  }
  /** Ends when the last reading of the lists ended. */
  get discovery(): Promise<McpError | null> {
    return this.#lists.current;
  }
  /** Ends when the grant of the last sign-out is gone. */
  get signedOut(): Promise<SignOutReport> {
    return this.#signedOut;
  }
  /** Ends when the last row of a removed server is gone. */
  get forgotten(): Promise<RemovalReport> {
    return this.#forgotten ?? Promise.resolve(NOTHING_REMOVED);
  }
  /** Everything authorization needs, without the client secret. */
  get target(): AuthTarget {
    const { id, name, url, callbackUrl, options } = this.#row.record;
    const { account, oauth } = options;
    const admitted = callbackUrl !== null && this.#deps.admitsCallback(callbackUrl) ? callbackUrl : null;
    return { serverId: id, serverName: name, serverUrl: url, callbackUrl: admitted, options: oauth, account };
  }

  get liveOptions(): LiveOptions {
    return this.#opening.liveOptions;
  }
  set liveOptions(options: LiveOptions) {
    this.#opening.liveOptions = options;
  }

  cancelDiscovery(): void {
    this.#lists.cancel();
  }

  /** Take over what a developer asks for now; the caller decides whether to restart. */
  update(record: ServerRecord): void {
    this.#row.setRecord(record);
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (!isSettled(this.state)) await this.#moved();
  }

  #moved(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  dispatch(event: LifecycleEvent): Outcome {
    const before = this.#row.connection;
    const outcome = transition(before, event);
    if (outcome.kind !== "move") return outcome;
    this.#deps.ports.sql.transaction(() => {
      this.#row.setConnection(outcome.connection);
      this.#row.write();
      for (const effect of outcome.effects) this.#performNow(effect);
      const told = describeMove(before, event, outcome.connection, this.#row.record.url);
      if (told) this.#core.tell(told);
    });
    if (before.epoch !== outcome.connection.epoch) {
      this.#attempt.abort();
      this.#attempt = new AbortController();
    }
    for (const effect of outcome.effects) this.#performLater(effect);
    this.#row.publish(this.isHeard);
    for (const resolve of this.#waiting.splice(0)) resolve();
    return outcome;
  }

  /** The live session, opened or resumed when there is none. Rejects with the reason when the server cannot be used now. */
  session(): Promise<Session> {
    return this.#opening.session();
  }

  /** Nobody needs the server; see to it that it is heard where it always is, and that what is shown of it is not too old. */
  look(): void {
    if (this.state.kind !== "ready") return;
    // How an opening fails is in the state, as with a call.
    if (this.listen === "always" && this.live === null) this.#deps.ports.background(this.session());
    this.#lists.revalidate("watched");
  }

  /** Go on over another session, which listens to what the app wants to hear by now. Calls under way keep theirs. */
  renew(): Promise<void> {
    return this.#opening.renew();
  }

  /** The alarm for renewing the token went off. Never rejects. */
  renewToken(): Promise<void> {
    return this.#signIn.renew();
  }

  /** Run one call over the live session. What its failure says about the connection is taken in. */
  call<T>(run: (session: Session) => Promise<T>, context: CallContext = {}): Promise<T> {
    return makeCall({ core: this.#core, opening: this.#opening, signIn: this.#signIn }, run, context);
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
        return background(this.#opening.open(effect.epoch));
      case "close":
        return background(this.#sessions.close());
      case "retire":
        return background(this.#sessions.retire());
      case "rest":
        return background(this.#sessions.rest());
      case "discover":
        this.#lists.start(effect.epoch, effect.kinds);
        return background(this.#lists.current);
      case "start-flow":
        return background(this.#signIn.begin(effect.epoch, effect.challenge));
      case "exchange":
        return background(this.#signIn.redeem(effect.flowId));
      case "end-calls":
        return this.#deps.endCalls(this.#row.record.id, effect.code);
      case "sign-out":
        this.#signedOut = this.#signIn.end(effect.epoch);
        return background(this.#signedOut);
      case "forget":
        // One after the other: what a sign-out still writes belongs to a server that is known.
        this.#forgotten ??= this.#signedOut.then(
          () => forgetServer(this.#deps, this.target),
          () => forgetServer(this.#deps, this.target),
        );
        return background(this.#forgotten);
      default:
        return;
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

  #retryAt(error: McpError): number | null {
    const { ports, random } = this.#deps;
    return nextRetryAt(error, attemptOf(this.state), this.#row.record.options.retry, ports.clock.now(), random());
  }
}
