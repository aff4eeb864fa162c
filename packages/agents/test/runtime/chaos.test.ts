// Random steps against agents in real workerd, whose memory is taken from them at any moment: nothing is lost, stuck or unanswered.
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPlaces, type Places } from "./chaos/places.ts";
import { createStorm, type Storm, type Weather } from "./chaos/storm.ts";
import { type Scene, startScene } from "./scene.ts";

/** Steps in all; `npm run verify` asks for 2 000. */
const STEPS = Number(process.env["CHAOS_STEPS"] ?? 240);
/** The first of the seeds; each storm has one of its own. */
const SEED = Number(process.env["CHAOS_SEED"] ?? 1);
const STORMS = 4;
const ROUNDS = 3;

const worlds: Places[] = [];
let scene: Scene;

beforeAll(async () => {
  scene = await startScene({
    worker: "fixtures/storm.js",
    classes: ["Storm"],
    hosts(behind) {
      for (let serial = 0; serial < STORMS; serial += 1) worlds.push(createPlaces(serial, behind));
      const places = worlds.flatMap(({ all }) => all);
      return Object.fromEntries(places.map(({ url, handler }) => [new URL(url).origin, handler]));
    },
  });
});
afterAll(() => scene.dispose());

test(`${STEPS} steps, dropped, evicted and killed: every call ends, nothing is stuck or lost, all work again`, async () => {
  const weather: Weather = { deaths: 0, restarting: null };
  const storms = worlds.map((places, index) => createStorm({ seed: SEED + index, scene, places, weather }));
  const each = (work: (storm: Storm) => Promise<void>) =>
    Promise.all(
      storms.map((storm) =>
        work(storm).catch((cause: unknown) => {
          throw new Error(`CHAOS_SEED=${storm.seed}: the run itself failed`, { cause });
        }),
      ),
    );
  for (let round = 0; round < ROUNDS; round += 1) {
    const steps = Math.ceil(STEPS / STORMS / ROUNDS);
    await each(async (storm) => {
      await storm.steps(Math.ceil(steps / 2));
      if (storm === storms[0]) await kill(weather);
      await storm.steps(Math.floor(steps / 2));
    });
    await each((storm) => storm.calm());
    await each((storm) => storm.use());
    for (const storm of storms) await storm.evict();
    await each((storm) => storm.use());
    const wrong = storms.flatMap(({ seed, wrong: own, history }) =>
      own.map((what) => `CHAOS_SEED=${seed}: ${what}; last steps: ${history.slice(-20).join("; ")}`),
    );
    // The platform's own word for an object whose memory was taken is no stray.
    const stray = scene.runtime.output.filter(
      (line) => /STRAY|uncaught|unhandled/i.test(line) && !line.endsWith("Error: dropped from memory"),
    );
    expect({ wrong, stray }).toEqual({ wrong: [], stray: [] });
  }
  const done = (what: keyof Storm["counts"]) => storms.reduce((sum, { counts }) => sum + counts[what], 0);
  console.log(
    `seeds ${SEED} to ${SEED + STORMS - 1}: ${done("steps")} steps, ${done("operations")} operations, ` +
      `memory taken ${done("drops")} times, ${done("evictions")} evictions, workerd killed ${weather.deaths / 2} times`,
  );
  expect(done("steps")).toBeGreaterThanOrEqual(STEPS);
});

async function kill(weather: Weather): Promise<void> {
  weather.deaths += 1;
  weather.restarting = scene.runtime.crash();
  await weather.restarting;
  weather.deaths += 1;
  weather.restarting = null;
}
