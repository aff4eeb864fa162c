// Two thousand random steps against servers that fail in every way they can: nothing is lost, stuck or left unanswered.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BUSY, createRandom, createRun, idsInRows, isEvicted } from "./chaos-run.ts";
import { orderCrypto } from "./orderly-crypto.ts";

const STEPS = 400;

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void (isEvicted(reason) || unhandled.push(reason));

beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", note);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  process.off("unhandledRejection", note);
});

test.each([
  [1, true],
  [2, true],
  [3, true],
  [4, true],
  [5, false],
])(
  "seed %i (evictions: %s): every call ends, nothing is stuck or lost, all work again after it",
  async (seed, evictions) => {
    vi.spyOn(Math, "random").mockImplementation(createRandom(seed + 1000));
    const run = createRun(seed, orderCrypto(), { evictions });
    for (let count = 0; count < STEPS; count += 1) await run.step();
    try {
      await expectPeace(run);
      await expectUse(run);
      await expectPeace(run);
      expectOrder(run);
    } catch (cause) {
      throw new Error(`seed ${seed}, last steps: ${run.history.slice(-25).join("; ")}`, { cause });
    }
  },
);

type Run = ReturnType<typeof createRun>;

/** Everything that was begun has ended as it should, and nothing is under way. */
async function expectPeace({ calm, wrong, open, world: { host } }: Run): Promise<void> {
  await calm();
  const stuck = Object.values(host.state().servers).filter(({ state }) => BUSY.has(state));
  expect({ wrong, unhandled, open: [...open], stuck }).toEqual({ wrong: [], unhandled: [], open: [], stuck: [] });
}

/** Whatever happened, the same call as on the first day makes every server work. */
async function expectUse({ add, signIn, until, open, world: { host, places } }: Run): Promise<void> {
  for (const place of places) {
    add(place);
    await until(() => open.size === 0);
    signIn(place);
    await until(() => host.server(place.name).state === "ready");
    const [id = ""] = Object.entries(host.state().servers).find(([, { name }]) => name === place.name) ?? [];
    await expect(host.mcp.callTool({ serverId: id, name: "echo" })).resolves.toBeDefined();
  }
}

/** All are ready, no row is left of servers that are gone, and no provider holds more than one grant. */
function expectOrder({ world }: Run): void {
  const { host, places } = world;
  expect(places.map(({ name }) => host.server(name).state)).toEqual(places.map(() => "ready"));
  const ids = new Set(Object.keys(host.state().servers));
  expect([...idsInRows(world)].filter((id) => !ids.has(id))).toEqual([]);
  expect(places.filter(({ grants }) => grants !== null && grants.alive() > 1).map(({ name }) => name)).toEqual([]);
}
