import { expect, test, vi } from "vitest";
import { createBindingTransport } from "./binding.ts";
import type { RpcAnswer, RpcMessage, RpcNotification, RpcRequest } from "./json-rpc.ts";
import type { Sending } from "./transport.ts";

const ask = (id: number, method = "tools/call"): RpcRequest => ({ jsonrpc: "2.0", id, method, params: {} });
const answer = (id: number): RpcAnswer => ({ jsonrpc: "2.0", id, result: {} });
const progress: RpcNotification = {
  jsonrpc: "2.0",
  method: "notifications/progress",
  params: { progressToken: 1, progress: 1 },
};
const patiently = (): Sending => ({ signal: new AbortController().signal });

async function started(handleMcpMessage: (message: unknown) => Promise<unknown>) {
  const onSessionLost = vi.fn();
  const heard: RpcMessage[] = [];
  const transport = createBindingTransport({
    open: async () => ({ handleMcpMessage }),
    onSessionLost,
    receive: (message) => void heard.push(message),
  });
  await transport.start();
  return { transport, heard, onSessionLost };
}

test.each([
  ["one message", answer(1), []],
  ["several, in their order", [progress, answer(1)], [progress]],
  ["something else", ["junk", { jsonrpc: "1.0" }, answer(1)], []],
])("an object may answer with %s", async (_what, given, beside) => {
  const { transport, heard } = await started(async () => given);
  expect(await transport.request(ask(1), patiently())).toEqual(answer(1));
  expect(heard).toEqual(beside);
});

test("an answer may come with that to a later message", async () => {
  const { transport } = await started(async (message) =>
    (message as RpcRequest).id === 1 ? null : [answer(1), answer(2)],
  );
  const first = transport.request(ask(1), patiently());
  expect(await transport.request(ask(2), patiently())).toEqual(answer(2));
  expect(await first).toEqual(answer(1));
});

test("a call that was taken back is no longer waited for, and what comes late is not heard", async () => {
  let finish = (_answer: unknown): void => undefined;
  const got: unknown[] = [];
  const { transport, heard } = await started((message) => {
    got.push(message);
    return got.length === 1 ? new Promise((resolve) => (finish = resolve)) : Promise.resolve();
  });
  const caller = new AbortController();
  const cancel = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 7 } } as const;
  const call = transport.request(ask(7), { signal: caller.signal, farewell: () => cancel });
  caller.abort(new Error("no longer"));
  await expect(call).rejects.toThrow("no longer");
  await vi.waitFor(() => expect(got).toEqual([ask(7), cancel]));
  await new Promise((resolve) => setImmediate(resolve));
  finish([progress, answer(7)]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(heard).toEqual([]);
});

test("closing ends all waiting, and nothing is sent any more", async () => {
  const { transport, onSessionLost } = await started(() => new Promise(() => undefined));
  const call = transport.request(ask(1), patiently());
  transport.close();
  transport.close();
  await expect(call).rejects.toMatchObject({ code: "not-connected" });
  expect(onSessionLost).not.toHaveBeenCalled();
  await expect(transport.request(ask(2), patiently())).rejects.toMatchObject({ code: "not-connected" });
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
  await expect(transport.request(ask(1, method), patiently())).rejects.toMatchObject({ code });
  expect(onSessionLost).toHaveBeenCalledTimes(lost);
});

test("an object that cannot be reached, or not in time, is an error with a code", async () => {
  const events = { onSessionLost: () => undefined, receive: () => undefined };
  const refused = createBindingTransport({ ...events, open: () => Promise.reject(new Error("no")) });
  await expect(refused.start()).rejects.toMatchObject({ code: "host-unreachable" });
  vi.useFakeTimers();
  try {
    const late = createBindingTransport({ ...events, open: () => new Promise(() => undefined) });
    const outcome = late.start().catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await outcome).toMatchObject({ code: "timeout" });
  } finally {
    vi.useRealTimers();
  }
});
