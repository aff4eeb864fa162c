// What a user's bundle weighs: the smallest Worker, the hook and the client, minified and gzipped.
import { gzipSync } from "node:zlib";
import { bundleParts } from "../bundle-parts.ts";
import { bundle } from "../bundle.ts";
import { type Scenario, value } from "../scenario.ts";
import type { Side } from "../side.ts";

const WORKER = `import { Agent, routeAgentRequest } from "agents";
export class MyAgent extends Agent {}
export default { fetch: (request, env) => routeAgentRequest(request, env) };`;
const REACT = ["react", "react/*", "react-dom"];

const SOURCES = {
  worker: WORKER,
  hook: `export { useAgent } from "agents/react";`,
  client: `export { AgentClient } from "agents/client";`,
};

async function weigh(source: string, side: Side): Promise<number> {
  const { script } = await bundle(source, side.folder, { external: REACT });
  return gzipSync(script, { level: 9 }).length / 1000;
}

export const size: Scenario = {
  name: "size",
  title: "Bundles, minified and gzipped",
  repetitions: 1,
  exact: true,
  rows: [
    { key: "worker", label: "the smallest Worker", unit: "kB", target: value(115) },
    { key: "hook", label: "`useAgent`, React not counted", unit: "kB", target: value(8) },
    { key: "client", label: "`AgentClient`", unit: "kB", target: value(6) },
  ],
  run: async (side) => ({
    worker: await weigh(SOURCES.worker, side),
    hook: await weigh(SOURCES.hook, side),
    client: await weigh(SOURCES.client, side),
  }),
  partsOf: async (side) =>
    new Map([
      ["worker", await bundleParts(SOURCES.worker, side, { external: REACT })],
      ["hook", await bundleParts(SOURCES.hook, side, { external: REACT })],
      ["client", await bundleParts(SOURCES.client, side, { external: REACT })],
    ]),
};
