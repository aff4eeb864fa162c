// A message from one of ten clients wakes an agent that sleeps, and nine clients have nothing to do with it.
import { setTimeout as pause } from "node:timers/promises";
import { untilQuiet } from "../quiet.ts";
import { ratio, type Scenario, value } from "../scenario.ts";
import { setStage } from "../stage.ts";
import { watchAgent } from "../watcher.ts";

const SERVERS = 20;
const CLIENTS = 10;
/** workerd takes an object that can sleep out of memory after ten seconds. */
const ASLEEP_MS = 12_000;

export const messageWake: Scenario = {
  name: "message-wake",
  title: `Wake from sleep by a message, ${SERVERS} × 10 (2025-11-25, no sessions), ${CLIENTS} clients`,
  repetitions: 2,
  rows: [
    { key: "slept", label: "the object had left memory (1: yes)", unit: "" },
    { key: "requests", label: "HTTP requests", unit: "", target: value(0) },
    { key: "frames", label: "messages to a client that did nothing", unit: "", target: value(0) },
    { key: "bytes", label: "bytes to a client that did nothing", unit: "kB", target: value(0) },
    { key: "answer", label: "the message's own answer", unit: "ms" },
    { key: "cpu", label: "workerd CPU until quiet", unit: "ms", target: ratio(0.05), stretch: "wake" },
  ],
  async run(side) {
    await using stage = await setStage(side, { servers: SERVERS, sessions: false });
    const { runtime, fleet } = stage;
    const connect = () => watchAgent(runtime.origin, "/agents/bench/a");
    const [speaker, idler, ...others] = await Promise.all(Array.from({ length: CLIENTS }, connect));
    if (!speaker || !idler) throw new Error("no clients");
    await runtime.call("Bench/a", "addServers", fleet.urls);
    await untilQuiet(runtime.usage);
    const before = await speaker.call("whichInstance");
    await pause(ASLEEP_MS);
    await fleet.forgetTraffic();
    idler.forget();

    let after: unknown;
    let answer = Number.NaN;
    const { cpu } = await runtime.spend("wake", async () => {
      const start = performance.now();
      after = await speaker.call("whichInstance");
      answer = performance.now() - start;
      await untilQuiet(runtime.usage);
    });
    const { requests } = await fleet.traffic();
    for (const client of [speaker, idler, ...others]) client.close();
    const slept = before === after ? 0 : 1;
    return { slept, requests, frames: idler.messages, bytes: idler.bytes / 1000, answer, cpu };
  },
};
