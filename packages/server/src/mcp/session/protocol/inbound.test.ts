// What a server says by itself, and what it hears back.
import { expect, test, vi } from "vitest";
import { McpError } from "../../errors.ts";
import type { RpcAnswer, RpcUnasked } from "../../transport/json-rpc.ts";
import { createInbound, type InboundOptions } from "./inbound.ts";
import { RpcError } from "./rpc-error.ts";

function started(options: Partial<InboundOptions> = {}) {
  const told: RpcAnswer[] = [];
  const lines: string[] = [];
  const write = (event: string): void => void lines.push(event);
  const inbound = createInbound({
    requests: new Map(),
    notifications: new Map(),
    hasRequests: () => true,
    tell: async (answer) => void told.push(answer),
    log: { info: write, warn: write },
    serverId: "s1",
    ...options,
  });
  const ask = (method: string, id: number | string = 1): void => inbound.receive({ jsonrpc: "2.0", id, method });
  return { inbound, ask, told, lines };
}
const cancel = (requestId: unknown): RpcUnasked => ({
  jsonrpc: "2.0",
  method: "notifications/cancelled",
  params: { requestId },
});

test.each(["tools/call", "__proto__", "constructor", "toString"])("%s is no method here", async (method) => {
  const { ask, told } = started();
  ask(method);
  await vi.waitFor(() => expect(told).toMatchObject([{ id: 1, error: { code: -32_601 } }]));
});

test("a refusal is told with its code, anything else without its words", async () => {
  const { ask, told } = started({
    requests: new Map([
      ["refused", () => Promise.reject(new RpcError(-1, "no", { why: "so" }))],
      ["broken", () => Promise.reject(new Error("the secret reason"))],
      ["unspeakable", async () => ({ big: 1n })],
    ]),
    async tell(answer) {
      JSON.stringify(answer);
      told.push(answer);
    },
  });
  for (const method of ["refused", "broken", "unspeakable"]) ask(method, method);
  await vi.waitFor(() => expect(told).toHaveLength(3));
  const internal = { code: -32_603, message: "Internal error" };
  expect(told).toEqual([
    { jsonrpc: "2.0", id: "refused", error: { code: -1, message: "no", data: { why: "so" } } },
    { jsonrpc: "2.0", id: "broken", error: internal },
    { jsonrpc: "2.0", id: "unspeakable", error: internal },
  ]);
});

test("a question that is withdrawn, or whose session is closed, is not answered any more", async () => {
  const signals: AbortSignal[] = [];
  const { inbound, ask, told } = started({
    requests: new Map([
      [
        "wait",
        (_params, signal) => {
          signals.push(signal);
          return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("over"))));
        },
      ],
    ]),
  });
  ask("wait", 1);
  ask("wait", "1");
  inbound.receive(cancel("1"));
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
  inbound.close();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual([]);
});

test("a server without requests of its own is not answered", async () => {
  const ping = vi.fn(async () => ({}));
  const { ask, told } = started({ requests: new Map([["ping", ping]]), hasRequests: () => false });
  ask("ping");
  await new Promise((resolve) => setImmediate(resolve));
  expect(ping).not.toHaveBeenCalled();
  expect(told).toEqual([]);
});

test("a listener that throws harms nothing but itself", () => {
  const heard: unknown[] = [];
  const { inbound, lines } = started({
    notifications: new Map([
      [
        "loud",
        (params) => {
          heard.push(params);
          throw new Error("no");
        },
      ],
    ]),
  });
  inbound.receive({ jsonrpc: "2.0", method: "loud", params: { a: 1 } });
  inbound.receive({ jsonrpc: "2.0", method: "loud" });
  inbound.receive({ jsonrpc: "2.0", method: "nobody listens" });
  expect(heard).toEqual([{ a: 1 }, {}]);
  expect(lines).toEqual(["mcp-notification-failed", "mcp-notification-failed"]);
});

test("a server that asks without end, or twice under one id, keeps no more busy than a server that waits for answers", async () => {
  const work = vi.fn(
    (_params: object, signal: AbortSignal) =>
      new Promise<object>((resolve) => signal.addEventListener("abort", () => resolve({}))),
  );
  const { inbound, ask } = started({ requests: new Map([["sampling/createMessage", work]]) });
  for (let id = 0; id < 1000; id += 1) ask("sampling/createMessage", id % 500);
  expect(work).toHaveBeenCalledTimes(64);
  inbound.close();
  expect(work.mock.calls.every(([, signal]) => signal.aborted)).toBe(true);
});

test("a question that nobody answers any more is answered all the same", async () => {
  const { ask, told } = started({
    requests: new Map([["elicitation/create", () => Promise.reject(new McpError("aborted"))]]),
  });
  ask("elicitation/create", "q");
  await vi.waitFor(() => expect(told).toMatchObject([{ id: "q", error: { code: -32_603 } }]));
});
