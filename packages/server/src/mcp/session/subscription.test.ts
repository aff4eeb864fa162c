// How long a modern server's changes are listened for.
import { expect, test } from "vitest";
import { McpError } from "../errors.ts";
import { RpcError } from "./protocol/rpc-error.ts";
import type { Listen, SubscriptionFilter } from "./protocol/subscriptions.ts";
import { keepSubscribed, type SubscriptionOptions } from "./subscription.ts";

type Answer = (onAcknowledged: () => void) => Promise<void>;

/** `listen` answers from the list, the last entry for ever. */
async function run(
  answers: readonly Answer[],
  capabilities: SubscriptionOptions["capabilities"] = { tools: { listChanged: true }, prompts: {} },
) {
  const filters: SubscriptionFilter[] = [];
  const waits: number[] = [];
  let gaps = 0;
  const listen: Listen = (filter, { onAcknowledged }) => {
    filters.push(filter);
    const answer = answers[Math.min(filters.length, answers.length) - 1];
    return answer === undefined ? Promise.reject(new Error("unexpected")) : answer(onAcknowledged);
  };
  await keepSubscribed({
    listen,
    capabilities,
    resources: [],
    onListening: () => undefined,
    onGap: () => (gaps += 1),
    signal: new AbortController().signal,
    clock: { now: () => 0 },
    log: { info: () => undefined, warn: () => undefined },
    serverId: "s1",
    wait: async (ms) => void waits.push(ms),
  });
  return { filters, waits, gaps };
}

const ended: Answer = async (onAcknowledged) => onAcknowledged();

test("a server that announces no changes is not asked", async () => {
  expect((await run([], { tools: {} })).filters).toEqual([]);
});

test("only what is announced is asked for", async () => {
  const { filters } = await run([() => Promise.reject(new RpcError(-32_601, "no"))]);
  expect(filters).toEqual([{ toolsListChanged: true }]);
});

test("a refusal is final, a passing fault is not, and after it a gap is told", async () => {
  const refused: Answer = () => Promise.reject(new RpcError(-32_603, "no"));
  const down: Answer = () => Promise.reject(new McpError("host-unreachable"));
  expect(await run([down, ended, refused])).toMatchObject({ filters: { length: 3 }, gaps: 1, waits: [1000, 2000] });
});

test("a stream that always ends at once is given up, ever more slowly", async () => {
  const { waits, filters } = await run([ended]);
  expect(filters).toHaveLength(8);
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000]);
});
