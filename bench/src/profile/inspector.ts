// Records CPU profiles of a workerd over its inspector.
import { once } from "node:events";
import type { CpuProfile } from "./cpu-profile.ts";

export interface Inspector {
  startProfile(): Promise<void>;
  stopProfile(): Promise<CpuProfile>;
}

/** µs. V8 does not sample much more often, whatever it is asked for. */
const INTERVAL = 200;

/** All objects of a Worker share one isolate, so one target is all there is. It goes with the process. */
export async function openInspector(origin: string): Promise<Inspector> {
  const [target] = (await (await fetch(`${origin}/json/list`)).json()) as { readonly webSocketDebuggerUrl: string }[];
  if (target === undefined) throw new Error("workerd shows no isolate to its inspector");
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  const pending = new Map<number, (answer: Answer) => void>();
  let asked = 0;
  socket.addEventListener("message", ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id !== undefined) pending.get(answer.id)?.(answer);
  });
  const ask = (method: string, params: object = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const id = (asked += 1);
      pending.set(id, (answer) => {
        pending.delete(id);
        if (answer.error === undefined) resolve(answer);
        else reject(new Error(`${method}: ${answer.error.message}`));
      });
      socket.send(JSON.stringify({ id, method, params }));
    });

  await once(socket, "open");
  await ask("Profiler.enable");
  await ask("Profiler.setSamplingInterval", { interval: INTERVAL });
  return {
    startProfile: async () => void (await ask("Profiler.start")),
    async stopProfile() {
      const { result } = await ask("Profiler.stop");
      if (result?.profile === undefined) throw new Error("the inspector gave no profile");
      return result.profile;
    },
  };
}

interface Answer {
  readonly id?: number;
  readonly result?: { readonly profile?: CpuProfile };
  readonly error?: { readonly message: string };
}
