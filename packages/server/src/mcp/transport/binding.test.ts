import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { expect, test, vi } from "vitest";
import { createBindingTransport } from "./binding.ts";

const ask = (id: number, method = "tools/call"): JSONRPCMessage => ({ jsonrpc: "2.0", id, method, params: {} });
const answer = (id: number): JSONRPCMessage => ({ jsonrpc: "2.0", id, result: {} });
const progress: JSONRPCMessage = {
  jsonrpc: "2.0",
  method: "notifications/progress",
  params: { progressToken: 1, progress: 1 },
};

async function started(handleMcpMessage: (message: unknown) => Promise<unknown>) {
  const onSessionLost = vi.fn();
  const transport = createBindingTransport({ open: async () => ({ handleMcpMessage }), onSessionLost });
  const heard: JSONRPCMessage[] = [];
  transport.onmessage = (message) => void heard.push(message);
  await transport.start();
  return { transport, heard, onSessionLost };
}

test.each([
  ["one message", answer(1), [answer(1)]],
  ["several, in their order", [progress, answer(1)], [progress, answer(1)]],
  ["nothing", undefined, []],
  ["null", null, []],
  ["something else", ["junk", { jsonrpc: "1.0" }, answer(1)], [answer(1)]],
])("an object may answer with %s", async (_what, given, expected) => {
  const { transport, heard } = await started(async () => given);
  await transport.send(ask(1));
  expect(heard).toEqual(expected);
});

test("a call that was taken back is no longer waited for, and what comes late is not heard", async () => {
  let finish = (_answer: unknown): void => undefined;
  const got: unknown[] = [];
  const { transport, heard } = await started((message) => {
    got.push(message);
    return got.length === 1 ? new Promise((resolve) => (finish = resolve)) : Promise.resolve();
  });
  const sending = transport.send(ask(7));
  const cancel = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 7 } } as const;
  await transport.send(cancel);
  await sending;
  finish(answer(7));
  await Promise.resolve();
  expect(got).toEqual([ask(7), cancel]);
  expect(heard).toEqual([]);
});

test("closing ends all waiting, and nothing is sent any more", async () => {
  const { transport } = await started(() => new Promise(() => undefined));
  const closed = vi.fn();
  transport.onclose = closed;
  const sending = transport.send(ask(1));
  await transport.close();
  await transport.close();
  await sending;
  expect(closed).toHaveBeenCalledTimes(1);
  await expect(transport.send(ask(2))).rejects.toMatchObject({ code: "not-connected" });
});

test.each([
  [{ durableObjectReset: true }, "tools/call", "session-lost", 1],
  [{ overloaded: true }, "tools/call", "host-unreachable", 0],
  [{ retryable: true }, "tools/call", "host-unreachable", 0],
  [{}, "tools/call", "protocol-error", 0],
  [{}, "initialize", "not-an-mcp-server", 0],
  [{}, "server/discover", "not-an-mcp-server", 0],
])("an error with %j in answer to %s is %s", async (flags, method, code, lost) => {
  const { transport, onSessionLost } = await started(() => Promise.reject(Object.assign(new Error("x"), flags)));
  await expect(transport.send(ask(1, method))).rejects.toMatchObject({ code });
  expect(onSessionLost).toHaveBeenCalledTimes(lost);
});

test("an object that cannot be reached, or not in time, is an error with a code", async () => {
  const onSessionLost = () => undefined;
  const refused = createBindingTransport({ open: () => Promise.reject(new Error("no")), onSessionLost });
  await expect(refused.start()).rejects.toMatchObject({ code: "host-unreachable" });
  vi.useFakeTimers();
  try {
    const late = createBindingTransport({ open: () => new Promise(() => undefined), onSessionLost });
    const outcome = late.start().catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await outcome).toMatchObject({ code: "timeout" });
  } finally {
    vi.useRealTimers();
  }
});
