// What happens when a timer of a server is due.
import type { ServerRunner } from "./lifecycle/runner.ts";
import type { OAuth } from "./oauth/oauth.ts";
import type { McpPorts } from "./ports.ts";

export interface TimerDeps {
  readonly ports: McpPorts;
  readonly oauth: OAuth;
  /** `undefined`: the server is gone. */
  readonly find: (serverId: string) => ServerRunner | undefined;
}

/** Resolves when nothing that the timer set off is under way any more. Keys are made in `lifecycle/runner.ts`. */
export async function ring({ ports, oauth, find }: TimerDeps, key: string): Promise<void> {
  const [, timer, ...id] = key.split(":");
  const runner = find(id.join(":"));
  if (!runner) return;
  if (timer === "retry") {
    runner.dispatch({ type: "retry-due" });
  } else if (timer === "flow" && runner.state.kind === "authenticating") {
    const flow = oauth.openFlow(runner.target);
    // An attempt that was begun meanwhile keeps the flow open for longer.
    if (flow && flow.expiresAt > ports.clock.now()) ports.alarms.set(key, flow.expiresAt);
    else runner.dispatch({ type: "flow-expired", flowId: runner.state.flowId });
  }
  await runner.settled();
}
