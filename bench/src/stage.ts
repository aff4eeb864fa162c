// What most scenarios stand on: workerd with the Worker, and MCP servers for it to talk to.
import { bundleWorker } from "./bundle.ts";
import { type Fleet, startFleet } from "./servers/fleet.ts";
import type { FleetOptions } from "./servers/protocol.ts";
import type { Side } from "./side.ts";
import { type Runtime, startRuntime } from "./workerd.ts";

export interface Stage extends AsyncDisposable {
  readonly runtime: Runtime;
  readonly fleet: Fleet;
}

/** Of `worker.ts`, and of what stands beside it. */
const CLASSES = {
  "worker.ts": ["Bench", "CountedBench"],
  "beside-bare.ts": ["Bench", "Bare"],
  "beside-ai.ts": ["ModelBench"],
  "six-at-a-time.ts": ["Bench", "CountedBench"],
} as const;
export type WorkerFile = keyof typeof CLASSES;

const DEFAULTS: FleetOptions = {
  servers: 1,
  tools: 10,
  era: "legacy",
  sessions: true,
  delayMs: 0,
  sharedHost: false,
  signIn: false,
};

export async function setStage(side: Side, options: Partial<FleetOptions>, file?: WorkerFile): Promise<Stage> {
  const fleet = await startFleet({ ...DEFAULTS, ...options });
  const runtime = await startWorker(side, file).catch((error: unknown) => {
    fleet.dispose();
    throw error;
  });
  return {
    runtime,
    fleet,
    async [Symbol.asyncDispose]() {
      await runtime.dispose();
      fleet.dispose();
    },
  };
}

export async function startWorker(side: Side, file: WorkerFile = "worker.ts"): Promise<Runtime> {
  const { script } = await bundleWorker(file, side);
  return startRuntime({ script, classes: CLASSES[file], profiler: side.profiler });
}
