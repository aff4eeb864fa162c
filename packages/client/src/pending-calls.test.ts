import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startWsAgent, type WsAgent } from "../test/ws-agent.ts";
import { AgentClient, type AgentClientOptions } from "./index.ts";
import { PendingCalls } from "./pending-calls.ts";

let server: WsAgent;
const clients: AgentClient[] = [];

beforeEach(async () => {
  server = await startWsAgent();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.stop();
});

function connect(options: Partial<AgentClientOptions> = {}): AgentClient {
  const client = new AgentClient({ agent: "MyAgent", host: server.host, minReconnectionDelay: 1, ...options });
  clients.push(client);
  return client;
}

test("a call before the connection is sent when it opens, and answered", async () => {
  const client = connect();
  const sum = client.call<number>("add", [1, 2]);
  const connection = await server.connection();
  const { id, ...frame } = await connection.frame();
  expect(frame).toEqual({ type: "rpc", method: "add", args: [1, 2] });
  connection.send({ type: "rpc", id, success: true, result: 3, done: true });
  expect(await sum).toBe(3);
});

test("answers find their calls in any order", async () => {
  const client = connect();
  const calls = [client.call("a"), client.stub.b?.()];
  const connection = await server.connection();
  const [a, b] = [await connection.frame(), await connection.frame()];
  connection.send({ type: "rpc", id: b.id, success: true, result: "for b" });
  connection.send({ type: "rpc", id: a.id, success: true, result: "for a" });
  expect(await Promise.all(calls)).toEqual(["for a", "for b"]);
});

test("a refused call rejects with the agent's code, and with `call-failed` when it sends none", async () => {
  const client = connect();
  const [coded, uncoded] = [client.call("x"), client.call("y")];
  const connection = await server.connection();
  const first = await connection.frame();
  connection.send({
    type: "rpc",
    id: first.id,
    success: false,
    error: "Method x does not exist",
    code: "method-not-found",
  });
  connection.send({ type: "rpc", id: (await connection.frame()).id, success: false, error: "no" });
  await expect(coded).rejects.toMatchObject({ code: "method-not-found", message: "Method x does not exist" });
  await expect(uncoded).rejects.toMatchObject({ name: "AgentError", code: "call-failed", message: "no" });
});

test("calls in flight reject when the connection drops; those not yet sent go to the next one", async () => {
  const client = connect();
  const inFlight = client.call("first").catch((error: unknown) => error);
  const connection = await server.connection();
  await connection.frame();
  const closed = new Promise((resolve) => client.addEventListener("close", resolve, { once: true }));
  connection.drop();
  await closed;
  const waiting = client.call("second");
  expect(await inFlight).toMatchObject({ code: "connection-closed", message: "Connection closed" });
  const next = await server.connection();
  const frame = await next.frame();
  expect(frame.method).toBe("second");
  next.send({ type: "rpc", id: frame.id, success: true, result: "ok" });
  expect(await waiting).toBe("ok");
});

test("a call waits through connections that fail before they open", async () => {
  server.refuse(2);
  const client = connect();
  const call = client.call("patient");
  const connection = await server.connection();
  const { id } = await connection.frame();
  connection.send({ type: "rpc", id, success: true, result: "at last" });
  expect(await call).toBe("at last");
});

test("an answered call leaves no timer behind", async () => {
  vi.useFakeTimers();
  try {
    const calls = new PendingCalls({ defaultTimeout: 1000, send: () => true });
    const call = calls.start("quick", [], {});
    expect(vi.getTimerCount()).toBe(1);
    calls.receive({ type: "rpc", id: "1", success: true, result: "x" });
    expect(await call).toBe("x");
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test("closing rejects every call, sent or not, and later ones at once", async () => {
  const client = connect();
  const sent = client.call("sent");
  await (await server.connection()).frame();
  client.close();
  await expect(sent).rejects.toMatchObject({ code: "connection-closed" });
  await expect(client.call("late")).rejects.toMatchObject({ code: "connection-closed" });

  const never = connect({ startClosed: true });
  const queued = never.call("queued");
  never.close();
  await expect(queued).rejects.toMatchObject({ code: "connection-closed" });
});

test("a stream gives its chunks, then its last value", async () => {
  const client = connect();
  const stream = { onChunk: vi.fn(), onDone: vi.fn(), onError: vi.fn() };
  const result = client.call("count", [], { stream });
  const connection = await server.connection();
  const { id } = await connection.frame();
  connection.send({ type: "rpc", id, success: true, result: 1, done: false });
  connection.send({ type: "rpc", id, success: true, result: 2, done: false });
  connection.send({ type: "rpc", id, success: true, result: "end", done: true });
  expect(await result).toBe("end");
  expect(stream.onChunk.mock.calls).toEqual([[1], [2]]);
  expect(stream.onDone).toHaveBeenCalledExactlyOnceWith("end");
  expect(stream.onError).not.toHaveBeenCalled();
});

test("a stream that breaks tells its callback, also in the older form of the argument", async () => {
  const client = connect();
  const onError = vi.fn();
  const result = client.call("count", [], { onError });
  const connection = await server.connection();
  await connection.frame();
  connection.drop();
  await expect(result).rejects.toMatchObject({ code: "connection-closed" });
  expect(onError).toHaveBeenCalledExactlyOnceWith("Connection closed");
});

test("a call gives up after its timeout and is not sent afterwards", async () => {
  const client = connect({ startClosed: true });
  await expect(client.call("slow", [], { timeout: 5 })).rejects.toMatchObject({
    code: "call-timeout",
    message: "RPC call to slow timed out after 5 ms",
  });
  client.reconnect();
  const prompt = client.call("prompt");
  const connection = await server.connection();
  const frame = await connection.frame();
  expect(frame.method).toBe("prompt");
  connection.send({ type: "rpc", id: frame.id, success: true });
  expect(await prompt).toBeUndefined();
});

test("the default timeout holds for calls and not for streams", async () => {
  const client = connect({ defaultCallTimeout: 5 });
  const stream = client.call("stream", [], { stream: {} });
  await expect(client.call("slow")).rejects.toMatchObject({ code: "call-timeout" });
  const connection = await server.connection();
  const { id } = await connection.frame();
  connection.send({ type: "rpc", id, success: true, result: "still here" });
  expect(await stream).toBe("still here");
});

test("arguments that JSON cannot hold reject the call alone", async () => {
  const client = connect();
  await expect(client.call("big", [1n])).rejects.toBeInstanceOf(TypeError);
});
