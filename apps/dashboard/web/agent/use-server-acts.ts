// Carries out what a person asks of a server, and remembers what is under way and what went wrong.
import { useMemo, useState } from "react";
import type { ServerAct, ServerActs } from "../features/servers/server-model.ts";
import type { DashboardApi } from "../model.ts";
import { problemOf } from "../ui/problem.ts";

export interface ActState {
  readonly pending: ServerAct | null;
  readonly problem: string | null;
}

export const NO_ACT: ActState = { pending: null, problem: null };

const METHOD = {
  retry: "retryServer",
  connect: "connectServer",
  disconnect: "disconnectServer",
  remove: "removeServer",
} as const;

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
        await api[METHOD[act]](id);
        put(id, NO_ACT);
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
      remove: start("remove"),
    };
  }, [api, onRemoved]);
  return { acts, states };
}
