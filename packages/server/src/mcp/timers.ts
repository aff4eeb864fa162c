// What happens when a timer of a server, of a call or of a question is due.
import type { Elicitations } from "./elicitation/elicitations.ts";
import type { LastingCalls } from "./lasting/lasting-calls.ts";
import type { ServerRunner } from "./lifecycle/runner.ts";
import type { OAuth } from "./oauth/oauth.ts";
import type { McpPorts } from "./ports.ts";

export interface TimerDeps {
  readonly ports: McpPorts;
  readonly oauth: OAuth;
  readonly elicitations: Elicitations;
  /** `undefined`: the server is gone. */
  readonly find: (serverId: string) => ServerRunner | undefined;
  readonly calls: LastingCalls;
}

/** Resolves when nothing that the timer set off is under way any more. Keys are made where alarms are set. */
export async function ring({ ports, oauth, find, calls, elicitations }: TimerDeps, key: string): Promise<void> {
  const [, timer, ...id] = key.split(":");
  if (timer === "call") return calls.due(id.join(":"));
  if (timer === "elicitation") return elicitations.expire(id.join(":"));
  const runner = find(id.join(":"));
  if (!runner) return;
  if (timer === "retry") {
    runner.dispatch({ type: "retry-due" });
  } else if (timer === "renew") {
    await runner.renewToken();
  } else if (timer === "flow" && runner.state.kind === "authenticating") {
    const flow = oauth.openFlow(runner.target);
    // An attempt that was begun meanwhile keeps the flow open for longer.
    if (flow && flow.expiresAt > ports.clock.now()) ports.alarms.set(key, flow.expiresAt);
    else runner.dispatch({ type: "flow-expired", flowId: runner.state.flowId });
  }
  await runner.settled();
}
