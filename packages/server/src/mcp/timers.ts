// What happens when a timer of a server, of a call, of a question or of the host is due.
import { readAlarmKey } from "./alarm-key.ts";
import type { Elicitations } from "./elicitation/elicitations.ts";
import type { LastingCalls } from "./lasting/lasting-calls.ts";
import type { ServerRunner } from "./lifecycle/runner.ts";
import type { Lookout } from "./servers/lookout.ts";
import type { OAuth } from "./oauth/oauth.ts";
import type { McpPorts } from "./ports.ts";

export interface TimerDeps {
  readonly ports: McpPorts;
  readonly oauth: OAuth;
  readonly elicitations: Elicitations;
  /** `undefined`: the server is gone. */
  readonly find: (serverId: string) => ServerRunner | undefined;
  readonly calls: LastingCalls;
  readonly lookout: Lookout;
}

/** Resolves when nothing that the timer set off is under way any more. */
export async function ring(
  { ports, oauth, find, calls, elicitations, lookout }: TimerDeps,
  key: string,
): Promise<void> {
  const alarm = readAlarmKey(key);
  if (alarm === null) return;
  const { name, id } = alarm;
  if (name === "call") return calls.due(id);
  if (name === "elicitation") return elicitations.expire(id);
  if (name === "lookout") return lookout.look();
  const runner = find(id);
  if (!runner) return;
  if (name === "retry") {
    runner.dispatch({ type: "retry-due" });
  } else if (name === "renew") {
    await runner.renewToken();
  } else if (name === "flow" && runner.state.kind === "authenticating") {
    const flow = oauth.openFlow(runner.target);
    // An attempt that was begun meanwhile keeps the flow open for longer.
    if (flow && flow.expiresAt > ports.clock.now()) ports.alarms.set(key, flow.expiresAt);
    else runner.dispatch({ type: "flow-expired", flowId: runner.state.flowId });
  }
  await runner.settled();
}
