// Carries out what a person asks of a server, and remembers what is under way and what went wrong.
import { useMemo, useState } from "react";
import type { ServerAct, ServerActs } from "../features/servers/server-model.ts";
import { text } from "../i18n/en.ts";
import type { DashboardApi, SignOutReport } from "../model.ts";
import { problemOf } from "../ui/problem.ts";

export interface ActState {
  readonly pending: ServerAct | null;
  readonly problem: string | null;
}

export const NO_ACT: ActState = { pending: null, problem: null };

/** Carries the act out; resolves to what the person has to know although it succeeded. */
const PERFORM: Readonly<Record<ServerAct, (api: DashboardApi, id: string) => Promise<string | null>>> = {
  retry: (api, id) => api.retryServer(id).then(() => null),
  connect: (api, id) => api.connectServer(id).then(() => null),
  disconnect: (api, id) => api.disconnectServer(id).then(() => null),
  "sign-out": (api, id) => api.signOutServer(id).then(caveatOf),
  remove: (api, id) => api.removeServer(id).then(() => null),
};

/** Here the sign-in is gone; whether it is at the provider is for the provider to say. */
export function caveatOf({ refreshToken, accessToken }: SignOutReport): string | null {
  const outcomes = [refreshToken, accessToken];
  if (outcomes.includes("failed")) return text.signOut.unconfirmed;
  return outcomes.includes("not-offered") ? text.signOut.notOffered : null;
}

/** Acts whose failure is shown in the server's own state. */
const TOLD_BY_STATE: ReadonlySet<ServerAct> = new Set<ServerAct>(["retry", "connect"]);

export function useServerActs(
  api: DashboardApi,
  onRemoved: (id: string) => void,
): { readonly acts: ServerActs; readonly states: Readonly<Record<string, ActState>> } {
  const [states, setStates] = useState<Readonly<Record<string, ActState>>>({});
  const acts = useMemo(() => {
    const put = (id: string, state: ActState) => setStates((before) => ({ ...before, [id]: state }));
    const does = (act: ServerAct) => async (id: string) => {
      put(id, { pending: act, problem: null });
      try {
        const caveat = await PERFORM[act](api, id);
        put(id, { pending: null, problem: caveat });
        if (act === "remove") onRemoved(id);
      } catch (thrown) {
        put(id, { pending: null, problem: TOLD_BY_STATE.has(act) ? null : problemOf(thrown).message });
      }
    };
    const start = (act: ServerAct) => {
      const run = does(act);
      return (id: string): void => void run(id);
    };
    return {
      retry: start("retry"),
      connect: start("connect"),
      disconnect: start("disconnect"),
      signOut: start("sign-out"),
      remove: start("remove"),
    };
  }, [api, onRemoved]);
  return { acts, states };
}
