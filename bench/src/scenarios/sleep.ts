// Nobody uses an agent whose twenty servers each hold a stream open for it.
import { setTimeout as pause } from "node:timers/promises";
import { type Scenario, value } from "../scenario.ts";
import { setStage } from "../stage.ts";
import { missesChange } from "./misses-change.ts";

/** How long this package holds streams after the last use (60 s), what workerd waits (10 s), and a little. */
const IDLE_MS = 78_000;

export const sleep: Scenario = {
  name: "sleep",
  title: `20 × 10 (2025-11-25, sessions with streams), unused for ${IDLE_MS / 1000} s`,
  repetitions: 1,
  exact: true,
  rows: [
    { key: "awake", label: "the object is still in memory (1: yes)", unit: "", target: value(0) },
    { key: "requests", label: "HTTP requests of the first call afterwards", unit: "", target: value(0) },
    {
      key: "deaf",
      label: "a change announced after the next tool call is missed (1: yes)",
      unit: "",
      target: value(0),
    },
  ],
  async run(side) {
    await using stage = await setStage(side, { servers: 20 });
    const { runtime, fleet } = stage;
    await runtime.call("Bench/a", "addServers", fleet.urls);
    const before = await runtime.call("Bench/a", "whichInstance");
    await pause(IDLE_MS);
    await fleet.forgetTraffic();
    const after = await runtime.call("Bench/a", "whichInstance");
    await pause(1000);
    const { requests } = await fleet.traffic();
    return { awake: before === after ? 1 : 0, requests, deaf: await missesChange(stage) };
  },
};
