// Streams, sessions and resumption of the streamable HTTP transport, with time under control.
import { afterEach, expect, test } from "vitest";
import { rejection } from "../../../test/node/open-for-test.ts";
import { serve, type TestServer, type WebHandler } from "../../../test/node/http-server.ts";
import { NO_TOKENS } from "../token-source.ts";
import { createAuthorizedFetch } from "./authorized-fetch.ts";
import { createGuardedFetch } from "./guarded-fetch.ts";
import { createStreamableHttp, type StreamableHttpOptions } from "./streamable-http.ts";

let server: TestServer | undefined;
afterEach(() => server?.close());

const stream = (...parts: readonly string[]): Response =>
  new Response(parts.join(""), { headers: { "content-type": "text/event-stream" } });
const data = (message: unknown): string => `data: ${JSON.stringify(message)}\n\n`;
const result = (id: number, value = {}) => ({ jsonrpc: "2.0", id, result: value });
const request = (id: number, method = "tools/list") => ({ jsonrpc: "2.0", id, method }) as const;

async function connectTo(handler: WebHandler, options: Partial<StreamableHttpOptions> = {}) {
  server = await serve(handler);
  const waits: number[] = [];
  const received: unknown[] = [];
  const lines: string[] = [];
  let lost = 0;
  let gaps = 0;
  const write = (event: string): void => void lines.push(event);
  const transport = createStreamableHttp({
    url: server.url,
    fetch: createAuthorizedFetch({
      fetch: createGuardedFetch({ fetch: (outgoing) => fetch(outgoing), allowOrigins: ["http://127.0.0.1:*"] }),
      tokens: NO_TOKENS,
      headers: [],
    }),
    clock: { now: () => 0 },
    log: { info: write, warn: write },
    serverId: "s1",
    onSessionLost: () => (lost += 1),
    onGap: () => void (gaps += 1),
    receive: (message) => void received.push(message),
    wait: async (ms) => void waits.push(ms),
    ...options,
  });
  const ask = (...of: Parameters<typeof request>) =>
    transport.request(request(...of), { signal: new AbortController().signal });
  return { transport, ask, waits, received, lines, server, lost: () => lost, gaps: () => gaps };
}

test("an answer that ends after an event id is fetched by GET, after the time the server asked for", async () => {
  const { ask, waits, server } = await connectTo((incoming) =>
    incoming.method === "POST" ? stream("id: e1\nretry: 500\ndata:\n\n") : stream(`id: e2\n${data(result(1))}`),
  );
  expect(await ask(1)).toEqual(result(1));
  expect(waits).toEqual([500]);
  expect(server.seen.at(-1)?.headers.get("last-event-id")).toBe("e1");
});

test("a server that wants to be polled for a long time is", async () => {
  let polls = 0;
  const { ask } = await connectTo((incoming) => {
    if (incoming.method === "POST") return stream("id: 0\nretry: 200\ndata:\n\n");
    polls += 1;
    return polls < 20 ? stream(`id: ${polls}\ndata:\n\n`) : stream(data(result(1)));
  });
  expect(await ask(1)).toEqual(result(1));
});

test("an answer that ends with neither an answer nor an id is an invalid one", async () => {
  const { ask, waits } = await connectTo(() => stream(": hello\n\n"));
  expect((await rejection(ask(1))).code).toBe("invalid-response");
  expect(waits).toEqual([]);
});

test("a stream that can only be resumed in vain is given up", async () => {
  const { ask, waits } = await connectTo((incoming) =>
    incoming.method === "POST" ? stream("id: 1\ndata:\n\n") : new Response("", { status: 503 }),
  );
  expect((await rejection(ask(1))).code).toBe("invalid-response");
  expect(waits.length).toBeLessThan(8);
});

test("retry: 0 on the server's stream does not become a storm", async () => {
  const { transport, waits, lines, server } = await connectTo((incoming) =>
    incoming.method === "POST" ? new Response(null, { status: 202 }) : stream("retry: 0\nid: 1\ndata:\n\n"),
  );
  transport.listen();
  await expect.poll(() => lines).toEqual(["mcp-stream-given-up"]);
  expect(Math.min(...waits)).toBe(1000);
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  expect(server.log().filter((method) => method === "GET")).toHaveLength(8);
});

test.each([405, 404, 400])("a server that answers GET with %i is not asked again", async (status) => {
  const { transport, waits, server } = await connectTo(
    (incoming) => new Response(null, { status: incoming.method === "POST" ? 202 : status }),
  );
  transport.listen();
  await server.saw(({ method }) => method === "GET");
  expect(waits).toEqual([]);
});

test("progress arrives before the answer that follows it in the same chunk", async () => {
  const order: string[] = [];
  const step = { jsonrpc: "2.0", method: "notifications/progress", params: {} };
  const { ask } = await connectTo(() => stream(data(step), data(result(1))), {
    receive: () => void order.push("progress"),
  });
  await ask(1).then(() => order.push("answer"));
  expect(order).toEqual(["progress", "answer"]);
});

test("what is not for this request is dropped and what is garbled does no harm", async () => {
  const { ask } = await connectTo(() =>
    stream(
      "data: {not json\n\n",
      data(result(7)),
      data([null, 3, { id: 1 }]),
      data({ ...result(1), error: { code: 1, message: "" } }),
      data({ ...result(1), id: "1" }),
    ),
  );
  expect(await ask(1)).toEqual({ ...result(1), id: "1" });
});

test("the session id is sent from the handshake on, and ended by DELETE", async () => {
  const { transport, ask, server } = await connectTo((incoming, { rpc }) => {
    if (rpc === "initialize") return Response.json(result(1), { headers: { "mcp-session-id": "abc" } });
    return incoming.method === "POST" ? Response.json(result(2)) : new Response(null, { status: 405 });
  });
  await ask(1, "initialize");
  transport.agreed("2025-11-25");
  await ask(2);
  await transport.endSession();
  expect(server.log()).toEqual(["POST initialize", "POST tools/list", "DELETE"]);
  expect(server.seen.map(({ headers }) => headers.get("mcp-session-id"))).toEqual([null, "abc", "abc"]);
  expect(server.seen[1]?.headers.get("mcp-protocol-version")).toBe("2025-11-25");
});

test.each(["with space", "x".repeat(1025)])(
  "a session id that is not visible ASCII of at most 1024 characters is ignored",
  async (id) => {
    const { transport, ask } = await connectTo(() => Response.json(result(1), { headers: { "mcp-session-id": id } }));
    await ask(1, "initialize");
    expect(transport.sessionId).toBeNull();
  },
);

test.each([
  ["404", () => new Response("", { status: 404 })],
  [
    "400 with an anonymous -32000",
    () => Response.json({ jsonrpc: "2.0", id: null, error: { code: -32_000, message: "" } }, { status: 400 }),
  ],
])("a session answered with %s is lost, and that is told once", async (_name, answer) => {
  const { ask, lost } = await connectTo((_incoming, { rpc }) =>
    rpc === "initialize" ? Response.json(result(1), { headers: { "mcp-session-id": "abc" } }) : answer(),
  );
  await ask(1, "initialize");
  expect((await rejection(ask(2))).code).toBe("session-lost");
  expect((await rejection(ask(3))).code).toBe("session-lost");
  expect(lost()).toBe(1);
});

test("a JSON-RPC error under a failing status is the server's answer", async () => {
  const { ask } = await connectTo(() =>
    Response.json({ jsonrpc: "2.0", id: 1, error: { code: -32_602, message: "no" } }, { status: 400 }),
  );
  expect(await ask(1)).toEqual({ jsonrpc: "2.0", id: 1, error: { code: -32_602, message: "no", data: undefined } });
});

test("ending a session takes no longer than two seconds, and closing ends what is under way", async () => {
  const { transport, ask } = await connectTo((incoming, { rpc }) => {
    if (rpc === "initialize") return Response.json(result(1), { headers: { "mcp-session-id": "abc" } });
    return new Promise<Response>((resolve) => incoming.signal.addEventListener("abort", () => resolve(new Response())));
  });
  await ask(1, "initialize");
  const pending = rejection(ask(2));
  await transport.endSession();
  transport.close();
  expect((await pending).code).toBe("not-connected");
  expect((await rejection(ask(3))).code).toBe("not-connected");
});

test("a stream that is answered with 404 after it was open means that the session is lost", async () => {
  let streams = 0;
  const { transport, ask, lost } = await connectTo((incoming, { rpc }) => {
    if (rpc === "initialize") return Response.json(result(1), { headers: { "mcp-session-id": "abc" } });
    if (incoming.method === "POST") return new Response(null, { status: 202 });
    streams += 1;
    return streams === 1 ? stream(": open\n\n") : new Response(null, { status: 404 });
  });
  await ask(1, "initialize");
  transport.listen();
  await expect.poll(lost).toBe(1);
  expect(streams).toBe(2);
});
