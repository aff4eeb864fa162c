// The one live session of a server: opened or resumed when needed, shared by all calls, replaced without cutting them off.
import { withDeadline } from "../deadline.ts";
import type { Elicitations } from "../elicitation/elicitations.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import { McpError } from "../errors.ts";
import type { AuthTarget, OAuth } from "../oauth/oauth.ts";
import type { LogMessage } from "../log-message.ts";
import type { Listen } from "../options.ts";
import type { McpPorts } from "../ports.ts";
import type { QuestionHandlers } from "../question-handlers.ts";
import type { ResourceUpdate } from "../resource-subscriptions.ts";
import type { ServerSecretsStore } from "../servers/server-secrets.ts";
import { hasOwnAuthorization, withClientSecret } from "../servers/server-secrets.ts";
import type {
  Interests,
  OpenSession,
  OpenSessionOptions,
  Session,
  SessionFacts,
  SessionListener,
} from "../session/session.ts";
import type { InterestsTable } from "../storage/interests-table.ts";
import { openLike } from "../session/neighbour.ts";
import { NO_TOKENS } from "../token-source.ts";
import { createIdleWatch } from "./idle-watch.ts";

/** ms for reaching a server and shaking hands. */
const OPEN_TIMEOUT = 30_000;

export interface SessionKeeperDeps {
  readonly ports: McpPorts;
  readonly secrets: ServerSecretsStore;
  readonly oauth: OAuth;
  readonly fetch: GuardedFetch;
  readonly openSession: OpenSession;
  /** Who answers what servers ask. */
  readonly questions: () => QuestionHandlers;
  /** Puts what they ask to people, where nobody else answers. */
  readonly elicitations: Elicitations;
  readonly interests: InterestsTable;
  /** A server says what it is doing. */
  readonly logged: (message: LogMessage) => void;
  readonly resourceUpdated: (update: ResourceUpdate) => void;
  readonly taskChanged: (serverId: string, taskId: string) => void;
  readonly random: () => number;
  /** ms after the last use at which the live session is let go. */
  readonly idleMs: number;
  /** ms since the epoch: when a client last said something; 0: not since the host woke. */
  readonly clientSpokeAt: () => number;
  /** There is a session that is always heard; `isGone`: there no longer is. */
  readonly keepsListening: (isGone: boolean) => void;
}

/** What is being connected to; asked anew for each opening. */
export interface SessionTarget {
  readonly auth: AuthTarget;
  readonly transport: OpenSessionOptions["transport"];
  readonly client: OpenSessionOptions["client"];
  readonly listen: Listen;
  /** What another server at the same host was found to be; tried where nothing is known of this one. */
  readonly neighbour: SessionFacts | null;
  /** `null`: there is nothing to resume from. */
  readonly facts: SessionFacts | null;
}

export interface SessionKeeper {
  readonly live: Session | null;
  /** The server has said that it does not know the stored session. Opening again begins a new one. */
  readonly forgotten: boolean;
  /** A stream is open on which the server can say something unasked. */
  readonly hears: boolean;
  /** The same, and where a session was gone on with, it is known and not hoped. */
  readonly isHeard: boolean;
  /**
   * Open and make live. `null` when `current` was aborted meanwhile: then nothing is stored and nothing left open.
   * `again`: go on with what was agreed before, unless the server has forgotten it. Rejects with `McpError`.
   */
  open(
    target: SessionTarget,
    options: { readonly again: boolean; readonly current: AbortSignal },
  ): Promise<Session | null>;
  /** Run a call over `session`; `session-lost` is noted before it is thrown on. */
  during<T>(session: Session, run: (session: Session) => Promise<T>): Promise<T>;
  /** The same for what nobody asked for: it does not put off the time at which the session is let go. */
  beside<T>(session: Session, run: (session: Session) => Promise<T>): Promise<T>;
  /** Let the live session go without ending it at the server. */
  rest(): Promise<void>;
  /** Let the live session go after the calls that still wait. */
  retire(): Promise<void>;
  /** Let the live session go: at once, or, when the server has forgotten it, after the calls that still wait. */
  close(): Promise<void>;
}

export function createSessionKeeper(
  {
    ports,
    secrets,
    oauth,
    fetch,
    openSession,
    questions,
    elicitations,
    interests,
    logged,
    resourceUpdated,
    taskChanged,
    random,
    idleMs,
    clientSpokeAt,
    keepsListening,
  }: SessionKeeperDeps,
  listener: {
    readonly listChanged: SessionListener["listChanged"];
    readonly lost: () => void;
    readonly idle: () => void;
    /** `isHeard` may be another now. */
    readonly hearing: () => void;
  },
): SessionKeeper {
  let live: Session | null = null;
  let forgotten = false;
  const calls = new Map<Session, number>();
  /** The session with a stream that stays open between calls. */
  let streaming: Session | null = null;
  /** The same, once that is more than a hope. */
  let heard: Session | null = null;
  /** The session whose server does not keep its stream open: the next use opens another. */
  let deaf: Session | null = null;
  /** The server of which nobody heard for a while, until that was told. */
  let missedBy: string | null = null;
  /** As it was asked for when the live session was opened. */
  let listen: Listen = "while-used";
  const idle = createIdleWatch(idleMs, ports.clock, listener.idle, clientSpokeAt);

  function watchIdle(): void {
    if (live !== null && calls.has(live)) idle.hold();
    else if (live !== null && live === deaf) listener.idle();
    else idle.watch(live !== null && live === streaming && listen !== "always");
  }

  async function forgetStream(session: Session): Promise<void> {
    const end = await session.standing;
    if (streaming !== session) return;
    streaming = null;
    if (end === "given-up") deaf = session;
    watchIdle();
    listener.hearing();
  }

  /** From here on nothing that the server says is missed. */
  async function noteHearing(session: Session): Promise<void> {
    if (heard === session) return;
    await session.listening;
    if (streaming !== session) return;
    heard = session;
    listener.hearing();
  }

  /** Once the server can say it again, in case it changed before. */
  async function tellMissed(session: Session): Promise<void> {
    await session.listening;
    if (live !== session || missedBy === null) return;
    const serverId = missedBy;
    missedBy = null;
    for (const uri of interests.of(serverId).resources) resourceUpdated({ serverId, uri, missed: true });
  }

  async function run<T>(session: Session, work: (session: Session) => Promise<T>): Promise<T> {
    calls.set(session, (calls.get(session) ?? 0) + 1);
    watchIdle();
    try {
      const result = await work(session);
      // Only now is it known that the server still knows a session that was gone on with.
      if (session === live && heard !== session) ports.background(noteHearing(session));
      if (missedBy !== null) ports.background(tellMissed(session));
      return result;
    } catch (thrown) {
      const error = McpError.from(thrown);
      if (error.code === "session-lost") lost(session);
      throw error;
    } finally {
      const others = (calls.get(session) ?? 1) - 1;
      if (others > 0) calls.set(session, others);
      else calls.delete(session);
      if (session !== live) ports.background(retire(session));
      else watchIdle();
    }
  }

  /** A session that is not the live one any more has nothing to say about it. */
  function lost(session: Session): void {
    if (live !== session) return;
    forgotten = true;
    listener.lost();
    if (listen === "always") keepsListening(true);
  }

  async function retire(session: Session): Promise<void> {
    if ((calls.get(session) ?? 0) > 0) return;
    calls.delete(session);
    await session.close({ endSession: !forgotten });
  }

  function adopt(session: Session, isNew: boolean): void {
    const earlier = live;
    live = session;
    // The session that went on while more permission was asked for.
    if (earlier) ports.background(retire(earlier));
    forgotten = false;
    streaming = session;
    // What a new session reads is new in any case.
    if (isNew) heard = session;
    listener.hearing();
    void forgetStream(session);
    idle.used();
    watchIdle();
  }

  return {
    get live() {
      return live;
    },
    get forgotten() {
      return forgotten;
    },
    get hears() {
      return live !== null && live === streaming;
    },
    get isHeard() {
      return live !== null && live === streaming && live === heard;
    },
    async open({ auth, transport, client, facts, listen: asked, neighbour }, { again, current }) {
      const { serverId } = auth;
      const secret = await secrets.read(serverId);
      const known = again ? facts : null;
      const resume = known && !forgotten ? { facts: known, sessionId: await secrets.readSession(serverId) } : undefined;
      let opened: Session | null = null;
      const options: OpenSessionOptions = {
        serverId,
        url: auth.serverUrl,
        transport,
        client,
        headers: secret.headers,
        tokens: hasOwnAuthorization(secret) ? NO_TOKENS : oauth.tokens(withClientSecret(auth, secret)),
        fetch,
        clock: ports.clock,
        random,
        log: ports.log,
        listener: {
          listChanged: listener.listChanged,
          resourceUpdated: (uri) => resourceUpdated({ serverId, uri }),
          logged: (message) => logged({ serverId, ...message }),
          taskChanged: (taskId) => taskChanged(serverId, taskId),
          elicitationCompleted: (serverRef) => elicitations.completed(serverId, serverRef),
          missed() {
            missedBy = serverId;
            if (opened) ports.background(tellMissed(opened));
          },
          lost: () => void (opened && lost(opened)),
        },
        questions,
        people: elicitations,
        interests: asked === "never" ? unheard(interests.of(serverId)) : interests.of(serverId),
        listens: asked !== "never",
        resume,
        // A server that is known is not moved to another transport because it is in trouble.
        known: known ?? undefined,
      };
      const session = await withDeadline(OPEN_TIMEOUT, (signal) =>
        openLike(known === null ? neighbour : null, openSession, { ...options, signal }).catch((thrown: unknown) => {
          // Nobody gave up but this deadline.
          throw signal.aborted ? new McpError("timeout", { cause: thrown }) : thrown;
        }),
      );
      opened = session;
      try {
        const isKnown = resume !== undefined && resume.sessionId === session.sessionId;
        const store = isKnown ? null : await secrets.prepareSession(serverId, session.sessionId);
        if (!current.aborted) {
          store?.();
          if (live === null) missedBy = serverId;
          listen = asked;
          adopt(session, !isKnown);
          if (asked === "always") {
            keepsListening(false);
            // Nobody may use it for long.
            ports.background(noteHearing(session));
          }
          return session;
        }
      } catch (error) {
        ports.background(session.close());
        throw error;
      }
      ports.background(session.close());
      return null;
    },
    async during(session, work) {
      idle.used();
      try {
        return await run(session, work);
      } finally {
        idle.used();
        if (session === live) watchIdle();
      }
    },
    beside: run,
    async rest() {
      const session = live;
      live = null;
      idle.watch(false);
      await session?.close({ endSession: false });
    },
    async retire() {
      const session = live;
      live = null;
      idle.watch(false);
      if (session) await retire(session);
    },
    async close() {
      const session = live;
      live = null;
      idle.watch(false);
      if (session === null) return;
      if (forgotten) return retire(session);
      calls.delete(session);
      await session.close();
    },
  };
}

/** What the server would be asked to say where nobody listens is left out. */
function unheard(interests: Interests): Interests {
  return { ...interests, resources: [] };
}
