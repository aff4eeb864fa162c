// MCP servers in a process of their own, seen from the benchmark.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Answer, FleetOptions, Order, Traffic } from "./protocol.ts";

export interface Fleet {
  readonly urls: readonly string[];
  traffic(): Promise<Traffic>;
  /** Count anew from here. */
  forgetTraffic(): Promise<void>;
  /** The first server offers one tool more, and says so. */
  change(): Promise<void>;
  dispose(): void;
}

export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const child = fork(fileURLToPath(new URL("main.ts", import.meta.url)), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  // One order at a time: an answer does not say which one it belongs to.
  let last: Promise<unknown> = Promise.resolve();
  const ask = <T extends Answer>(order: Order): Promise<T> => {
    const answered = last.then(() => send<T>(child, order));
    last = answered;
    return answered;
  };
  const { urls } = await ask<{ readonly urls: readonly string[] }>({ kind: "open", options });
  return {
    urls,
    traffic: () => ask<Traffic>({ kind: "traffic" }),
    forgetTraffic: async () => void (await ask<null>({ kind: "forget-traffic" })),
    change: async () => void (await ask<null>({ kind: "change" })),
    dispose: () => void child.kill("SIGKILL"),
  };
}

async function send<T>(child: ChildProcess, order: Order): Promise<T> {
  const answered = once(child, "message");
  child.send(order);
  const [answer] = (await answered) as [T];
  return answer;
}
