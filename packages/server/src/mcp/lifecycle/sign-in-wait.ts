// Waits until a person has signed in, has not, or has let too much time pass.
import { whenAborted, withDeadline } from "../deadline.ts";
import type { RunnerCore } from "./runner-core.ts";
import type { SignIn } from "./runner-sign-in.ts";

export interface Wait {
  /** ms */
  readonly patience: number;
  readonly signal: AbortSignal | undefined;
}

/** True when a sign-in was granted since there were `before` of them, and the server is in order again. Never rejects. */
export async function granted(core: RunnerCore, signIn: SignIn, before: number, wait: Wait): Promise<boolean> {
  const isAsked = (): boolean => {
    const { kind } = core.row.connection.state;
    return kind === "authenticating" || kind === "exchanging";
  };
  return withDeadline(
    wait.patience,
    async (limit) => {
      const over = whenAborted(limit);
      await Promise.race([signIn.begun, over]);
      while (isAsked() && !limit.aborted) await Promise.race([core.moved(), over]);
      if (signIn.grants === before) return false;
      await Promise.race([core.settled(), over]);
      return !limit.aborted && !isAsked();
    },
    wait.signal,
  );
}
