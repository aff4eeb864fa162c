// Makes one call over a server's session and takes in what its failure says about the connection.
import { McpError } from "../errors.ts";
import type { Session } from "../session/session.ts";
import { challengeOf, type RunnerCore } from "./runner-core.ts";
import type { Opening } from "./runner-opening.ts";
import type { SignIn } from "./runner-sign-in.ts";

export interface CallParts {
  readonly core: RunnerCore;
  readonly opening: Opening;
  readonly signIn: SignIn;
}

export async function callOnce<T>(
  { core, opening, signIn }: CallParts,
  run: (session: Session) => Promise<T>,
): Promise<T> {
  const { row, sessions } = core;
  const session = await opening.session();
  core.used({ resumed: false });
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
      core.dispatch({ type: "unauthorized", epoch, challenge });
      // Whoever is told that a person is needed finds the address to send them to.
      await signIn.begun;
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

/** Where no person takes part, a no of the authorization server is final. */
function isGrantRefused({ code }: McpError): boolean {
  return code === "token-refused" || code === "token-rejected";
}
