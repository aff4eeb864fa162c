// Opens, resumes and renews the session of a server; all who need one share one opening.
import { McpError } from "../errors.ts";
import { LIST_NAMES } from "../lists.ts";
import type { OpenSessionOptions, Session } from "../session/session.ts";
import { isSameServer } from "../session/verdict.ts";
import type { RunnerCore } from "./runner-core.ts";
import { goesOn, isSettled } from "./state.ts";

/** Not stored, because it cannot be: given anew by the code that adds the server. */
export type LiveOptions = Pick<OpenSessionOptions["client"], "jsonSchemaValidator">;

export interface Opening {
  liveOptions: LiveOptions;
  /** A new connection. Never rejects: how it ended is an event. */
  open(epoch: number): Promise<void>;
  /** The live session, where nothing has to be waited for. */
  ready(): Session | null;
  /** The live session, opened or resumed when there is none. Rejects with why the server cannot be used now. */
  session(): Promise<Session>;
  /** Go on over another session, which listens to what the app wants to hear by now. Calls under way keep theirs. */
  renew(): Promise<void>;
  /** Reads over the session there is. A list that a forgotten session could not be asked for is asked for once more over the next one. */
  over<T>(read: (session: Session) => Promise<T>): Promise<T | null>;
}

export function createOpening(core: RunnerCore): Opening {
  const { row, sessions } = core;
  let opening: Promise<Session | null> | null = null;

  function share(work: Promise<Session | null>): Promise<Session | null> {
    const shared = work.finally(() => {
      // A later one may have taken its place.
      if (opening === shared) opening = null;
    });
    opening = shared;
    return shared;
  }

  async function connect(again: boolean): Promise<Session | null> {
    const { options } = row.record;
    const client = { ...options.client, ...self.liveOptions };
    const session = await sessions.open(
      {
        auth: core.target(),
        transport: options.transport,
        client,
        facts: row.facts,
        listen: core.listen(),
        neighbour: core.neighbour(),
      },
      { again, current: core.attempt() },
    );
    if (session) row.setFacts(session.facts);
    return session;
  }

  /**
   * A session for a server that is known: resumed, unless the server has forgotten the stored one. `null` when another
   * attempt began meanwhile.
   */
  async function reopen(): Promise<Session | null> {
    const { epoch } = row.connection;
    const { forgotten } = sessions;
    const before = row.facts;
    try {
      const session = await connect(true);
      if (!session) return null;
      core.dispatch({ type: "opened", epoch });
      row.write();
      if (forgotten) core.tell({ step: "session-reopened" });
      // Another session may see another catalogue, and so may a server that was upgraded.
      const isAnother = forgotten || before === null || !isSameServer(before, session.facts);
      if (isAnother) core.dispatch({ type: "catalogue-changed", kinds: LIST_NAMES });
      else core.used("resumed");
      return session;
    } catch (thrown) {
      const error = McpError.from(thrown);
      if (epoch !== row.connection.epoch) return null;
      core.failed(epoch, error);
      throw error;
    }
  }

  const self: Opening = {
    liveOptions: {},
    async open(epoch) {
      try {
        const session = await connect(false);
        if (session) core.dispatch({ type: "opened", epoch });
        row.write();
      } catch (thrown) {
        core.failed(epoch, McpError.from(thrown));
      }
    },
    ready: () => (isSettled(row.connection.state) ? sessions.live : null),
    async session() {
      for (;;) {
        await core.settled();
        if (sessions.live) return sessions.live;
        const { state } = row.connection;
        const usable = state.kind === "ready" || (state.kind === "authenticating" && goesOn(state));
        if (!usable) throw core.unavailable();
        const session = await (opening ?? share(reopen()));
        // Otherwise another attempt began meanwhile: its outcome decides.
        if (session) return session;
      }
    },
    async renew() {
      await self.session();
      // What was being opened meanwhile may have read what the app wanted before.
      const session = await share(connect(true));
      row.write();
      await session?.listening;
    },
    async over(read) {
      const isReady = (): boolean => row.connection.state.kind === "ready";
      const session = sessions.live ?? (isReady() ? await self.session() : null);
      if (session === null) return null;
      try {
        return await sessions.beside(session, read);
      } catch (thrown) {
        if (McpError.from(thrown).code !== "session-lost" || !isReady()) throw thrown;
        return sessions.beside(await self.session(), read);
      }
    },
  };
  return self;
}
