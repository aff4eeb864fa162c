// What a person's agent asks of the platform: when they come, when they use a tool after a pause, and when it all begins.
import { setTimeout as pause } from "node:timers/promises";
import { COUNTED, COUNTED_PATH, platformCounts, since } from "../platform-counts.ts";
import { untilQuiet } from "../quiet.ts";
import type { Row, Scenario } from "../scenario.ts";
import type { Side } from "../side.ts";
import { setStage } from "../stage.ts";
import { isReady, watchAgent } from "../watcher.ts";

const SERVERS = 5;
const TOOLS = 10;
/** Late enough that what travels together is seen to. */
const DISTANCE_MS = 20;
/** Longer than this package believes a list nobody hears changes of: pages are opened hours later, and what that costs is to be seen. */
const AWAY_MS = 310_000;
/** Lists that are too old are read within five seconds of a page that opens. */
const SETTLED_MS = 7000;
/** Longer than workerd waits. */
const BETWEEN_USES_MS = 12_000;

/** Servers whose sessions come with a stream each keep an object that holds it from sleeping. */
export const KINDS = { streams: "servers with streams", plain: "servers without" } as const;
type Kind = keyof typeof KINDS;

async function visit(side: Side, kind: Kind): Promise<Record<string, number>> {
  const sessions = kind === "streams";
  await using stage = await setStage(side, { servers: SERVERS, tools: TOOLS, sessions, delayMs: DISTANCE_MS });
  const { runtime, fleet } = stage;
  await runtime.call(COUNTED, "addServers", fleet.urls);
  const connecting = await fleet.traffic();
  await untilQuiet(runtime.usage);
  const begun = await platformCounts(runtime);
  // As the platform ends every object now and then, one with streams included. Counts begin anew.
  await runtime.restart();
  await pause(AWAY_MS);

  await fleet.forgetTraffic();
  const watcher = await watchAgent(runtime.origin, COUNTED_PATH);
  await watcher.saw((mcp) => isReady(mcp) && mcp.tools.length === SERVERS * TOOLS);
  await pause(SETTLED_MS);
  await untilQuiet(runtime.usage);
  const opened = await platformCounts(runtime);
  const open = { ...opened, ...(await fleet.traffic()), bytes: watcher.bytes };
  await pause(BETWEEN_USES_MS);

  await fleet.forgetTraffic();
  watcher.forget();
  await watcher.call("callTool", "search_0_0", 1);
  await untilQuiet(runtime.usage);
  const used = since(opened, await platformCounts(runtime));
  const use = { ...used, ...(await fleet.traffic()), bytes: watcher.bytes };
  watcher.close();
  const moment = (when: string, counts: typeof open): readonly (readonly [string, number])[] => [
    [`${kind} ${when} alarms`, counts.alarms],
    [`${kind} ${when} read`, counts.rowsRead],
    [`${kind} ${when} written`, counts.rowsWritten],
    [`${kind} ${when} requests`, counts.requests],
    [`${kind} ${when} exchanges`, counts.exchanges],
    [`${kind} ${when} bytes`, counts.bytes / 1000],
  ];
  return Object.fromEntries([
    [`${kind} begin read`, begun.rowsRead],
    [`${kind} begin written`, begun.rowsWritten],
    [`${kind} begin exchanges`, connecting.exchanges],
    [`${kind} begin stored`, begun.stored / 1000],
    ...moment("open", open),
    [`${kind} use starts`, use.starts],
    ...moment("use", use),
  ]);
}

function rowsOf(kind: Kind): readonly Row[] {
  const begin = `${KINDS[kind]}, the first time until ready`;
  const open = `${KINDS[kind]}, a page opens after ${Math.floor(AWAY_MS / 60_000)} minutes`;
  const use = `${KINDS[kind]}, a tool call ${BETWEEN_USES_MS / 1000} s later`;
  const counts = (when: string, moment: string): readonly Row[] => [
    { key: `${kind} ${when} alarms`, label: `${moment}: alarms since`, unit: "" },
    { key: `${kind} ${when} read`, label: `${moment}: rows read`, unit: "" },
    { key: `${kind} ${when} written`, label: `${moment}: rows written`, unit: "" },
    { key: `${kind} ${when} requests`, label: `${moment}: HTTP requests`, unit: "" },
    { key: `${kind} ${when} exchanges`, label: `${moment}: exchanges in sequence`, unit: "" },
    { key: `${kind} ${when} bytes`, label: `${moment}: sent to the page`, unit: "kB" },
  ];
  return [
    { key: `${kind} begin read`, label: `${begin}: rows read`, unit: "" },
    { key: `${kind} begin written`, label: `${begin}: rows written`, unit: "" },
    { key: `${kind} begin exchanges`, label: `${begin}: exchanges in sequence`, unit: "" },
    { key: `${kind} begin stored`, label: `${begin}: stored`, unit: "kB" },
    ...counts("open", open),
    { key: `${kind} use starts`, label: `${use}: the object had left memory (1: yes)`, unit: "" },
    ...counts("use", use),
  ];
}

export const visitScenario: Scenario = {
  name: "visit",
  title: `What the platform bills an agent with ${SERVERS} × ${TOOLS} (2025-11-25)`,
  repetitions: 1,
  exact: true,
  rows: [...rowsOf("streams"), ...rowsOf("plain")],
  async run(side) {
    const [streams, plain] = await Promise.all([visit(side, "streams"), visit(side, "plain")]);
    return { ...streams, ...plain };
  },
};
