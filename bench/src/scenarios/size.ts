// What a user's bundle weighs: the smallest Worker, the hook and the client, minified and gzipped.
import { gzipSync } from "node:zlib";
import { bundle } from "../bundle.ts";
import { placeOf } from "../profile/origin.ts";
import type { Share } from "../profile/summary.ts";
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

/** Bytes by package, before gzip. */
async function partsOf(source: string, side: Side): Promise<readonly Share[]> {
  const { bytes } = await bundle(source, side.folder, { external: REACT });
  const packages = new Map<string, number>();
  for (const [path, size] of bytes) {
    const { packageName } = placeOf(path);
    packages.set(packageName, (packages.get(packageName) ?? 0) + size);
  }
  const shares = [...packages].map(([name, self]) => ({ name, self, inclusive: self }));
  return shares.toSorted((a, b) => b.self - a.self);
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
      ["worker", await partsOf(SOURCES.worker, side)],
      ["hook", await partsOf(SOURCES.hook, side)],
      ["client", await partsOf(SOURCES.client, side)],
    ]),
};
