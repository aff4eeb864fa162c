// What happens when a timer of a server or of a call is due.
import type { LastingCalls } from "./lasting/lasting-calls.ts";
import type { ServerRunner } from "./lifecycle/runner.ts";
import type { OAuth } from "./oauth/oauth.ts";
import type { McpPorts } from "./ports.ts";

export interface TimerDeps {
  readonly ports: McpPorts;
  readonly oauth: OAuth;
  /** `undefined`: the server is gone. */
  readonly find: (serverId: string) => ServerRunner | undefined;
  readonly calls: LastingCalls;
}

/** Resolves when nothing that the timer set off is under way any more. Keys: `lifecycle/runner.ts`, `oauth/renewal.ts`, `lasting/`. */
export async function ring({ ports, oauth, find, calls }: TimerDeps, key: string): Promise<void> {
  const [, timer, ...id] = key.split(":");
  if (timer === "call") return calls.due(id.join(":"));
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
