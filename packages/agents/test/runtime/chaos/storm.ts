// One storm over one agent in workerd: its random steps, what has to hold after each of them, and the calm after it.
import { ECHO_TOOL } from "@agents-internal/testing";
import type { MCPServersState } from "agents/client";
import type { Scene } from "../scene.ts";
import { FAULTS, type Place, type Places } from "./places.ts";

/** What all storms of one Worker share: it is killed for all of them at once. */
export interface Weather {
  deaths: number;
  /** Set while the Worker is started again. */
  restarting: Promise<void> | null;
}

export interface Storm {
  readonly seed: number;
  readonly history: readonly string[];
  /** Everything that did not go as it must. */
  readonly wrong: readonly string[];
  readonly counts: Readonly<Record<"steps" | "operations" | "drops" | "evictions", number>>;
  steps(count: number): Promise<void>;
  /** Faults are over, and everything that was begun comes to its end. */
  calm(): Promise<void>;
  /** Evicts the agent for real, while it is at rest, and finds it as it was. */
  evict(): Promise<void>;
  /** The same call as on the first day makes every server work. */
  use(): Promise<void>;
}

type Answer =
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "failure"; readonly code: string | null; readonly message: string }
  | { readonly kind: "gone" };

const BUSY: ReadonlySet<string> = new Set(["connecting", "discovering"]);
const CALM_MS = 30_000;

export interface StormOptions {
  readonly seed: number;
  readonly scene: Scene;
  readonly places: Places;
  readonly weather: Weather;
}

export function createStorm({ seed, scene, places, weather }: StormOptions): Storm {
  const random = createRandom(seed);
  const name = `storm-${seed}`;
  const history: string[] = [];
  const wrong: string[] = [];
  const open = new Set<Promise<unknown>>();
  const counts = { steps: 0, operations: 0, drops: 0, evictions: 0 };
  /** How often its memory was taken from it. */
  let drops = 0;
  /** Servers that were seen and that nobody removed since. */
  let present = new Set<string>();
  const leaving = new Set<string>();

  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(of: readonly T[]): T => {
    const found = of[below(of.length)];
    if (found === undefined) throw new Error("nothing to pick from");
    return found;
  };
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const lives = (): number => drops + weather.deaths;

  const post = (method: string, ...args: readonly unknown[]) =>
    scene.runtime.fetch(`/agents/storm/${name}`, { method: "POST", body: JSON.stringify([method, ...args]) });

  async function ask(method: string, ...args: readonly unknown[]): Promise<Answer> {
    const before = lives();
    try {
      const response = await post(method, ...args);
      const { result, error } = (await response.json()) as {
        readonly result?: unknown;
        readonly error?: { readonly code?: string; readonly message: string };
      };
      return error === undefined
        ? { kind: "result", result }
        : { kind: "failure", code: error.code ?? null, message: error.message };
    } catch (error) {
      // Only what died in the middle of it leaves without a word.
      if (lives() === before && weather.restarting === null) wrong.push(`${method} got no answer: ${String(error)}`);
      return { kind: "gone" };
    }
  }

  /** Begins something that has to end in a result or an error with a code. */
  function begin(method: string, args: readonly unknown[], mayBeAborted = false): void {
    const before = lives();
    counts.operations += 1;
    const at = counts.steps;
    const judge = (answer: Answer): void => {
      if (answer.kind !== "failure") return;
      const { code, message } = answer;
      const isOwn = code !== null && code !== "internal-error" && (code !== "aborted" || mayBeAborted);
      if (!isOwn && lives() === before) wrong.push(`step ${at}: ${method} ended in ${code}: ${message}`);
    };
    const work = ask(method, ...args).then(judge);
    open.add(work);
    void work.finally(() => open.delete(work));
  }

  async function state(): Promise<MCPServersState | null> {
    const answer = await ask("getMcpServers");
    if (answer.kind === "failure") wrong.push(`its state could not be had: ${answer.message}`);
    return answer.kind === "result" ? (answer.result as MCPServersState) : null;
  }

  async function checkPresent(after: string): Promise<void> {
    const now = await state();
    if (now === null) return;
    const ids = new Set(Object.keys(now.servers));
    for (const id of present) if (!ids.has(id)) wrong.push(`server ${id} is lost after ${after}`);
    // A removal that is on its way may not have reached the agent yet.
    present = new Set([...ids].filter((id) => !leaving.has(id)));
  }

  function signIn(url: string | null | undefined): void {
    // A page that never comes is the browser's business.
    if (url) void scene.approve(url).catch(() => undefined);
  }

  const known = (): string | undefined => (present.size > 0 ? pick([...present]) : undefined);
  const onServer = (run: (id: string) => void) => () => {
    const id = known();
    if (id !== undefined) run(id);
  };

  const actions: readonly (readonly [number, string, (place: Place) => void | Promise<void>])[] = [
    [14, "add", ({ name, url }) => begin("addMcpServer", [name, url, { retry: { maxAttempts: 1 + below(3) } }])],
    [
      30,
      "call",
      onServer((serverId) => {
        const giveUpMs = below(8) === 0 ? below(200) : null;
        const call = { serverId, name: "echo", arguments: { text: "hello" } };
        begin("callFor", [call, 500 + below(3000), giveUpMs], giveUpMs !== null);
      }),
    ],
    [
      2,
      "remove",
      onServer((id) => {
        present.delete(id);
        leaving.add(id);
        begin("removeMcpServer", [id]);
      }),
    ],
    [2, "close", onServer((id) => begin("mcp.closeConnection", [id]))],
    [3, "connect", onServer((id) => begin("mcp.connectToServer", [id]))],
    [3, "discover", onServer((id) => begin("mcp.discoverIfConnected", [id, { timeoutMs: 3000 }]))],
    [
      8,
      "sign-in",
      async (place) => {
        const servers = Object.values((await state())?.servers ?? {});
        signIn(servers.find(({ name }) => name === place.name)?.auth_url);
      },
    ],
    [6, "fault", ({ server }) => void server.faults.add(pick(FAULTS))],
    [12, "faults over", ({ server }) => server.faults.clear()],
    [2, "gone", (place) => void (place.mood = "gone")],
    [4, "late", (place) => void (place.mood = "late")],
    [12, "well", (place) => void (place.mood = "well")],
    [
      10,
      "late answers arrive",
      () => {
        for (let many = below(5); many >= 0; many -= 1) places.held.splice(below(places.held.length), 1)[0]?.();
      },
    ],
    [5, "sessions lost", ({ server }) => void server.dropSessions()],
    [
      4,
      "storm",
      ({ server }) => {
        for (let times = below(30); times >= 0; times -= 1)
          server.change({ tools: [ECHO_TOOL, { ...ECHO_TOOL, name: `t${below(100)}` }] });
      },
    ],
    [4, "drop", drop],
    [10, "time passes", () => wait(below(150))],
  ];
  const total = actions.reduce((sum, [weight]) => sum + weight, 0);

  /** Takes the agent's memory at once, whatever it is doing. */
  async function drop(): Promise<void> {
    drops += 1;
    counts.drops += 1;
    await post("die").catch(() => undefined);
    drops += 1;
  }

  async function step(): Promise<void> {
    await weather.restarting;
    let at = below(total);
    const [, action, run] = actions.find(([weight]) => (at -= weight) < 0) ?? pick(actions);
    const place = pick(places.all);
    history.push(`${action} (${place.name})`);
    counts.steps += 1;
    await run(place);
    // Sometimes the next step comes before anything could happen.
    if (below(2) === 0) await wait(below(40));
    if (below(4) === 0) await checkPresent(`step ${counts.steps}, ${action}`);
  }

  async function calm(): Promise<void> {
    const until = Date.now() + CALM_MS;
    while (Date.now() < until) {
      await weather.restarting;
      places.heal();
      await wait(50);
      const busy = Object.values((await state())?.servers ?? {}).filter(({ state }) => BUSY.has(state));
      if (open.size === 0 && busy.length === 0) return checkPresent("the calm");
    }
    wrong.push(`after ${CALM_MS} ms ${open.size} operations are open: ${JSON.stringify((await state())?.servers)}`);
  }

  async function evict(): Promise<void> {
    // Streams that servers keep open hold an agent in memory; the next one has none until it is used.
    await drop();
    const before = await state();
    await scene.runtime.evict("Storm", name);
    counts.evictions += 1;
    const after = await state();
    if (JSON.stringify(after) !== JSON.stringify(before)) wrong.push(`an eviction changed ${JSON.stringify(before)}`);
  }

  async function use(): Promise<void> {
    for (const place of places.all) {
      const added = await ask("addMcpServer", place.name, place.url);
      if (added.kind !== "result") {
        wrong.push(`${place.name} cannot be added any more: ${JSON.stringify(added)}`);
        continue;
      }
      const { id, state: came, authUrl } = added.result as { id: string; state: string; authUrl?: string };
      if (came === "authenticating" && authUrl !== undefined) await scene.approve(authUrl);
      await ask("mcp.waitForConnections", { timeout: 10_000 });
      const called = await ask("mcp.callTool", { serverId: id, name: "echo", arguments: {} });
      if (called.kind !== "result") wrong.push(`${place.name} cannot be called any more: ${JSON.stringify(called)}`);
    }
    await checkPresent("the use");
    const states = Object.values((await state())?.servers ?? {}).map(({ state }) => state);
    if (states.length !== places.all.length || states.some((each) => each !== "ready"))
      wrong.push(`at the end the servers are ${states.join(", ")}`);
  }

  return {
    seed,
    history,
    wrong,
    counts,
    async steps(count) {
      for (let done = 0; done < count; done += 1) await step();
    },
    calm,
    evict,
    use,
  };
}

/** Mulberry32: the same seed, the same steps. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
