// Makes one call over a server's session, takes in what its failure says, and waits for a person where that was asked for.
import { DEFAULT_TIMEOUT } from "../call-time.ts";
import { whenAborted, withDeadline } from "../deadline.ts";
import { McpError } from "../errors.ts";
import type { Session } from "../session/session.ts";
import { challengeOf, type RunnerCore } from "./runner-core.ts";
import type { Opening } from "./runner-opening.ts";
import type { SignIn } from "./runner-sign-in.ts";
import { granted } from "./sign-in-wait.ts";

export interface CallParts {
  readonly core: RunnerCore;
  readonly opening: Opening;
  readonly signIn: SignIn;
}

/** Who calls. */
export interface CallContext {
  /** Name of the tool, to tell a person what asks for a sign-in. */
  readonly tool?: string | undefined;
  /** Ends a wait. The call itself has to look after it. */
  readonly signal?: AbortSignal | undefined;
  /** ms until a session has to be there, when there is none; default 60 000. The call keeps its own time. */
  readonly timeout?: number | undefined;
  /** Comes back by itself later instead of waiting for a person. */
  readonly comesBack?: boolean | undefined;
}

/**
 * A server that asks for a sign-in (401, 403) has not run the call, so once a person has signed in it is made again: once,
 * because a second refusal is about something else. The wait is memory only: an eviction ends it with the call.
 */
export async function makeCall<T>(
  parts: CallParts,
  run: (session: Session) => Promise<T>,
  context: CallContext,
): Promise<T> {
  const { core, signIn } = parts;
  const { record } = core.row;
  const { waitForSignIn: patience = 0, grant } = record.options.oauth;
  const before = signIn.grants;
  try {
    return await callOnce(parts, run, context);
  } catch (thrown) {
    const error = McpError.from(thrown);
    const asked = error.code === "authorization-required" || challengeOf(error) !== null;
    if (patience <= 0 || !asked || grant !== undefined || context.comesBack) throw error;
    if (!(await granted(core, signIn, before, { patience, signal: context.signal }))) {
      if (context.signal?.aborted) throw new McpError("aborted", { serverId: record.id });
      const { status, challenge, detail } = error;
      throw new McpError("authorization-required", { status, challenge, detail, serverId: record.id, cause: error });
    }
    return callOnce(parts, run, context);
  }
}

async function callOnce<T>(
  { core, opening, signIn }: CallParts,
  run: (session: Session) => Promise<T>,
  context: CallContext,
): Promise<T> {
  const { row, sessions } = core;
  const session = opening.ready() ?? (await whileWaitedFor(opening.session(), context));
  core.used("used");
  const { epoch } = row.connection;
  const hasFailed = (): boolean => row.connection.state.kind === "failed";
  const byMachine = row.record.options.oauth.grant !== undefined;
  try {
    const result = await sessions.during(session, run);
    core.dispatch({ type: "used" });
    return result;
  } catch (thrown) {
    const error = McpError.from(thrown);
    const challenge = challengeOf(error);
    if (challenge) {
      core.dispatch({ type: "unauthorized", epoch, challenge: { ...challenge, tool: context.tool } });
      // Whoever is told that a person is needed finds the address to send them to.
      const obstacle = await signIn.begun;
      // Nobody can be asked: what has to be mended first is the reason, not that a sign-in is wanted.
      if (obstacle !== null && error.code === "authorization-required") throw obstacle;
      // Without a person to ask, the server has failed by now, and its reason is the call's.
      if (byMachine && hasFailed()) throw core.unavailable();
    }
    // Another call found out first, and this one's session was closed for it.
    else if (error.code === "not-connected" && hasFailed()) throw core.unavailable();
    // Nothing works before the host has its key back, or the developer has mended the grant: that is what is shown.
    else if (error.code === "vault-locked" || (byMachine && isGrantRefused(error))) core.failed(epoch, error);
    throw error;
  }
}

/** A session is opened for all who need it; who gives up, or waits too long, leaves it to the others. */
function whileWaitedFor(
  session: Promise<Session>,
  { signal: outer, timeout = DEFAULT_TIMEOUT }: CallContext,
): Promise<Session> {
  const leave = async (signal: AbortSignal): Promise<never> => {
    await whenAborted(signal);
    throw new McpError(outer?.aborted ? "aborted" : "timeout");
  };
  return withDeadline(timeout, (signal) => Promise.race([session, leave(signal)]), outer);
}

/** Where no person takes part, a no of the authorization server is final. */
function isGrantRefused({ code }: McpError): boolean {
  return code === "token-refused" || code === "token-rejected";
}
