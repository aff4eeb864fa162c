// Looks after servers that nobody uses right now: those that are always heard, and those whose lists somebody sees.
import { alarmKey } from "../alarm-key.ts";
import type { ServerRunner } from "../lifecycle/runner.ts";
import type { McpPorts } from "../ports.ts";

/**
 * ms; within so long of what calls for a look it is taken. After a deployment the clients of all agents come back together, and
 * their agents must not come to the servers together.
 */
const SOON = 5000;
/** ms from one look to the next where a server is always heard: its stream was given up, or the platform ended the object. */
const EVERY = 10 * 60_000;
/** ms, and up to twice that: a server that forgets every session is not asked without end. */
const AFTER_LOSS = 30_000;

const KEY = alarmKey("lookout", "");

export interface Lookout {
  /** The host was loaded from storage. */
  woke(): void;
  /** A client has come, and sees what is stored. */
  clientCame(): void;
  /** There is a server that is always heard. `isGone`: it has just forgotten its session. */
  keep(isGone: boolean): void;
  /** The alarm is due. */
  look(): void;
}

/** One alarm for all servers and all reasons; nothing is pending in memory. `random` is in [0, 1). */
export function createLookout(
  { clock, alarms }: Pick<McpPorts, "clock" | "alarms">,
  servers: () => readonly ServerRunner[],
  random: () => number,
): Lookout {
  /** ms since the epoch; of the alarm that this life has set. */
  let dueAt: number | null = null;

  function lookIn(ms: number): void {
    const at = clock.now() + Math.round(ms);
    if (dueAt !== null && dueAt <= at) return;
    dueAt = at;
    alarms.set(KEY, at);
  }
  const soon = (): void => lookIn(SOON * random());
  const isHeardAlways = (): boolean => servers().some(({ listen }) => listen === "always");

  return {
    woke() {
      if (isHeardAlways()) soon();
    },
    clientCame() {
      if (servers().some(({ isStale }) => isStale)) soon();
    },
    keep: (isGone) => lookIn(isGone ? AFTER_LOSS * (1 + random()) : EVERY),
    look() {
      dueAt = null;
      for (const server of servers()) server.look();
      if (isHeardAlways()) lookIn(EVERY);
    },
  };
}
