// How long a modern server's changes are listened for.
import { ProtocolError, type SubscriptionFilter } from "@modelcontextprotocol/client";
import { expect, test } from "vitest";
import { McpError } from "../errors.ts";
import { keepSubscribed, type SubscriptionOptions } from "./subscription.ts";

interface Listening {
  readonly closed: Promise<unknown>;
}

/** `listen` answers from the list, the last entry for ever. */
async function run(
  answers: readonly (() => Promise<Listening>)[],
  capabilities: SubscriptionOptions["capabilities"] = { tools: { listChanged: true }, prompts: {} },
) {
  const filters: SubscriptionFilter[] = [];
  const waits: number[] = [];
  let gaps = 0;
  const listen = (filter: SubscriptionFilter): Promise<Listening> => {
    filters.push(filter);
    const answer = answers[Math.min(filters.length, answers.length) - 1];
    return answer === undefined ? Promise.reject(new Error("unexpected")) : answer();
  };
  await keepSubscribed({
    client: { listen } as unknown as SubscriptionOptions["client"],
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

const ended = (): Promise<Listening> => Promise.resolve({ closed: Promise.resolve("remote") });

test("a server that announces no changes is not asked", async () => {
  expect((await run([], { tools: {} })).filters).toEqual([]);
});

test("only what is announced is asked for", async () => {
  const { filters } = await run([() => Promise.reject(new ProtocolError(-32_601, "no"))]);
  expect(filters).toEqual([{ toolsListChanged: true }]);
});

test("a refusal is final, a passing fault is not, and after it a gap is told", async () => {
  const refused = (): Promise<Listening> => Promise.reject(new ProtocolError(-32_603, "no"));
  const down = (): Promise<Listening> => Promise.reject(new McpError("host-unreachable"));
  expect(await run([down, ended, refused])).toMatchObject({ filters: { length: 3 }, gaps: 1, waits: [1000, 2000] });
});

test("a stream that always ends at once is given up, ever more slowly", async () => {
  const { waits, filters } = await run([ended]);
  expect(filters).toHaveLength(8);
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000]);
});
