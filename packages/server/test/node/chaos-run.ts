// One chaos run: its random steps, what has to hold after each of them, and the calm after the storm.
import { approve, deny, ECHO_TOOL } from "@agents-internal/testing";
import { vi } from "vitest";
import { McpError } from "../../src/mcp/errors.ts";
import { type ChaosWorld, createChaosWorld, Evicted, FAULTS, type Place } from "./chaos-world.ts";

export const BUSY: ReadonlySet<string> = new Set(["connecting", "discovering"]);

/** Mulberry32: the same seed, the same steps. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function createRun(seed: number, cryptoDone: () => Promise<void>, { evictions = true } = {}) {
  const random = createRandom(seed);
  const world: ChaosWorld = createChaosWorld();
  const { host, places } = world;
  const { ports } = host;
  const history: string[] = [];
  const wrong: string[] = [];
  const open = new Set<string>();
  /** Servers that were there after the last step and that nobody removed since. */
  let present = new Set<string>();
  let serial = 0;

  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(of: readonly T[]): T => {
    const found = of[below(of.length)];
    if (found === undefined) throw new Error("nothing to pick from");
    return found;
  };
  const anyServer = (): string | undefined => {
    const ids = Object.keys(host.state().servers);
    return ids.length > 0 ? pick(ids) : undefined;
  };

  /** Every operation has to end in a result or an error with a code, unless the agent that ran it is no more. */
  function track(what: string, work: Promise<unknown>, gaveUp?: AbortSignal): void {
    const label = `${what}#${(serial += 1)}`;
    open.add(label);
    const ended = work.catch((thrown: unknown) => {
      const code = thrown instanceof McpError ? thrown.code : null;
      // Only what somebody gave up is `aborted`.
      if (code !== null && code !== "internal-error" && (code !== "aborted" || gaveUp?.aborted)) return;
      if (isEvicted(thrown)) return;
      wrong.push(`${label} ended in ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
    });
    void Promise.race([ended, world.eviction()]).then(() => open.delete(label));
  }

  async function turns(times: number): Promise<void> {
    for (let turn = 0; turn < times; turn += 1) {
      await cryptoDone();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async function pass(ms: number): Promise<void> {
    ports.advance(ms);
    // Timers that an evicted agent sets on its way out end in nothing.
    await vi.advanceTimersByTimeAsync(Math.min(ms, 120_000)).catch((thrown: unknown) => {
      if (!isEvicted(thrown)) throw thrown;
    });
  }

  function signIn(place: Place, decide = approve): void {
    const server = Object.values(host.state().servers).find(({ name }) => name === place.name);
    if (!server?.auth_url) return;
    const { auth_url: url } = server;
    // The browser is no part of the agent: a page that never comes is its business.
    void decide(url, { fetch: (request) => host.network.fetch(request), browser: host.browser }).catch(() => undefined);
  }

  function add(place: Place): void {
    const maxAttempts = 1 + below(3);
    track(`add ${place.name}`, host.add(place.name, place.url, below(3) === 0 ? { retry: { maxAttempts } } : {}));
  }

  function call(id: string): void {
    const limit = new AbortController();
    const { signal } = limit;
    track("call", host.mcp.callTool({ serverId: id, name: "echo", arguments: {} }, { signal }), signal);
    if (below(8) === 0) setTimeout(() => limit.abort(), below(500));
  }

  const steps: readonly (readonly [weight: number, name: string, run: (place: Place) => void | Promise<void>])[] = [
    [16, "add", add],
    [
      30,
      "call",
      () => {
        const id = anyServer();
        if (id !== undefined) call(id);
      },
    ],
    [
      2,
      "remove",
      () => {
        const id = anyServer();
        if (id === undefined) return;
        present.delete(id);
        track("remove", host.mcp.removeServer(id));
      },
    ],
    [
      2,
      "close",
      () => {
        const id = anyServer();
        if (id !== undefined) track("close", host.mcp.closeConnection(id));
      },
    ],
    [
      4,
      "connect",
      () => {
        const id = anyServer();
        if (id !== undefined) track("connect", host.mcp.connectToServer(id));
      },
    ],
    [
      4,
      "discover",
      () => {
        const id = anyServer();
        if (id !== undefined) track("discover", host.mcp.discoverIfConnected(id));
      },
    ],
    [20, "sign-in", (place) => signIn(place)],
    [2, "sign-in declined", (place) => signIn(place, deny)],
    [6, "fault", (place) => void place.server.faults.add(pick(FAULTS))],
    [14, "faults over", (place) => place.server.faults.clear()],
    [2, "gone", (place) => void (place.mood = "gone")],
    [4, "late", (place) => void (place.mood = "late")],
    [14, "well", (place) => void (place.mood = "well")],
    [
      14,
      "late answers arrive",
      () => {
        for (let many = below(5); many >= 0; many -= 1) world.held.splice(below(world.held.length), 1)[0]?.();
      },
    ],
    [5, "sessions lost", (place) => void place.server.dropSessions()],
    [
      5,
      "storm",
      (place) => {
        for (let times = below(30); times >= 0; times -= 1)
          place.server.change({ tools: [ECHO_TOOL, { ...ECHO_TOOL, name: `t${below(100)}` }] });
      },
    ],
    [3, "tokens expire", () => pass(3_600_000)],
    [2, "grants end", (place) => place.grants?.endAll()],
    [2, "provider fails", (place) => void place.provider?.quirks.add(pick(["token-error-500", "refresh-refused"]))],
    [
      4,
      "provider well",
      (place) => {
        place.provider?.quirks.delete("token-error-500");
        place.provider?.quirks.delete("refresh-refused");
      },
    ],
    [
      evictions ? 5 : 0,
      "evict",
      () => {
        vi.clearAllTimers();
        world.evict();
      },
    ],
    [10, "time passes", () => pass(below(4000))],
    [8, "alarms", () => track("alarms", host.ring())],
  ];
  const total = steps.reduce((sum, [weight]) => sum + weight, 0);

  function checkPresent(after: string): void {
    const now = new Set(Object.keys(host.state().servers));
    for (const id of present) if (!now.has(id)) wrong.push(`server ${id} is lost after ${after}`);
    present = now;
  }

  async function step(): Promise<void> {
    let at = below(total);
    const [, name, run] = steps.find(([weight]) => (at -= weight) < 0) ?? pick(steps);
    const place = pick(places);
    history.push(`${name} (${place.name})`);
    await run(place);
    // Sometimes the next step comes before anything could happen.
    await turns(below(2) === 0 ? below(4) : below(40));
    checkPresent(history.at(-1) ?? "");
  }

  /** Faults are over, alarms ring, time passes, until nothing is under way. */
  async function calm(): Promise<void> {
    world.heal();
    for (let round = 0; round < 60; round += 1) {
      await turns(10);
      await pass(10_000);
      track("alarms", host.ring());
      await turns(10);
      for (const release of world.held.splice(0)) release();
      if (open.size === 0 && Object.values(host.state().servers).every(({ state }) => !BUSY.has(state))) return;
    }
  }

  async function until(done: () => boolean): Promise<void> {
    for (let turn = 0; turn < 400 && !done(); turn += 1) {
      await turns(5);
      if (turn % 10 === 9) await pass(1000);
    }
  }

  return { world, history, wrong, open, step, calm, add, signIn, until };
}

export function isEvicted(thrown: unknown): boolean {
  return (
    thrown instanceof Evicted || (thrown instanceof Error && thrown.cause !== undefined && isEvicted(thrown.cause))
  );
}

/** server ids in every table that has them. */
export function idsInRows({ host: { ports } }: ChaosWorld): ReadonlySet<string> {
  const ids = new Set<string>();
  const tables = ports.sql.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'");
  for (const { name } of tables) {
    const column = name === "agents_mcp_servers" ? "id" : "server_id";
    const columns = ports.sql.all<{ name: string }>(`SELECT name FROM pragma_table_info('${name}')`);
    if (!columns.some((each) => each.name === column)) continue;
    for (const { value } of ports.sql.all<{ value: string }>(`SELECT "${column}" AS value FROM "${name}"`))
      ids.add(value);
  }
  return ids;
}
