// A server refuses, a person signs in, and the server is ready: what passes, and what it costs.
import { approve } from "agents/testing";
import { untilQuiet } from "../quiet.ts";
import type { Scenario } from "../scenario.ts";
import type { Side } from "../side.ts";
import { type Stage, setStage } from "../stage.ts";
import type { AgentName, Spent } from "../workerd.ts";

const AGENTS = 20;
const WARM_UP = 8;
const DISTANCE_MS = 50;

/** Adds the server of that number; the address at which the sign-in begins. */
async function begin({ runtime, fleet }: Stage, agent: AgentName, server = 0): Promise<string> {
  const name = `server-${server}`;
  return (await runtime.call(agent, "beginSignIn", name, fleet.urls[server], runtime.origin)) as string;
}

/** Opens it as a browser does, from the app; until the server is ready. */
async function signIn({ runtime }: Stage, agent: AgentName, address: string): Promise<void> {
  const open = async () => {
    const { status, trail, html } = await approve(address, { fetch });
    if (status >= 400) throw new Error(`the sign-in ended with ${status} at ${trail.at(-1)}: ${html}`);
  };
  await Promise.all([runtime.call(agent, "untilReady"), open()]);
}

async function near(side: Side): Promise<{ readonly before: Spent; readonly after: Spent }> {
  await using stage = await setStage(side, { signIn: true });
  const names = Array.from({ length: WARM_UP + AGENTS }, (_each, index): AgentName => `Bench/${index}`);
  for (const name of names) await stage.runtime.call(name, "hello");
  for (const name of names.slice(0, WARM_UP)) await signIn(stage, name, await begin(stage, name));
  await untilQuiet(stage.runtime.usage);
  const agents = names.slice(WARM_UP);
  const addresses: string[] = [];
  const before = await stage.runtime.spend("until the address", async () => {
    for (const name of agents) addresses.push(await begin(stage, name));
  });
  const after = await stage.runtime.spend("until ready", async () => {
    for (const [index, name] of agents.entries()) await signIn(stage, name, addresses[index] ?? "");
  });
  return { before, after };
}

async function far(side: Side, era: "legacy" | "modern"): Promise<Record<string, number>> {
  await using stage = await setStage(side, { era, servers: 2, signIn: true, delayMs: DISTANCE_MS });
  const { fleet } = stage;
  await stage.runtime.call("Bench/a", "hello");
  const address = await begin(stage, "Bench/a");
  const before = await fleet.traffic();
  await fleet.forgetTraffic();
  await signIn(stage, "Bench/a", address);
  const after = await fleet.traffic();
  await fleet.forgetTraffic();
  await begin(stage, "Bench/a", 1);
  const second = await fleet.traffic();
  return {
    "before requests": before.requests,
    before: before.exchanges,
    "after requests": after.requests,
    after: after.exchanges,
    "second requests": second.requests,
    second: second.exchanges,
  };
}

export const signInScenario: Scenario = {
  name: "sign-in",
  title: "A sign-in (OAuth): 401, discovery, registration, consent, callback, ready; 2025-11-25 unless said",
  repetitions: 3,
  rows: [
    { key: "before requests", label: "until the address to open: HTTP requests", unit: "" },
    { key: "before", label: "until the address to open: exchanges in sequence", unit: "" },
    { key: "second requests", label: "the same for a second server of the provider: HTTP requests", unit: "" },
    { key: "second", label: "the same for a second server of the provider: exchanges in sequence", unit: "" },
    { key: "after requests", label: "from there until ready: HTTP requests of the agent", unit: "" },
    { key: "after", label: "from there until ready: exchanges in sequence", unit: "" },
    { key: "modern after requests", label: "from there until ready, 2026-07-28: HTTP requests of the agent", unit: "" },
    { key: "modern after", label: "from there until ready, 2026-07-28: exchanges in sequence", unit: "" },
    { key: "before cpu", label: "until the address to open: CPU", unit: "ms" },
    { key: "after cpu", label: "from there until ready: CPU", unit: "ms" },
  ],
  async run(side) {
    const { before, after } = await near(side);
    const modern = await far(side, "modern");
    return {
      ...(await far(side, "legacy")),
      "modern after requests": modern["after requests"] ?? Number.NaN,
      "modern after": modern.after ?? Number.NaN,
      "before cpu": before.cpu / AGENTS,
      "after cpu": after.cpu / AGENTS,
    };
  },
};
