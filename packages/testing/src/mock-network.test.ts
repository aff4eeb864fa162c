// The network without sockets behaves as the real one where it matters.
import { expect, test } from "vitest";
import { createMockNetwork } from "./mock-network.ts";

test("a request reaches its host and is remembered", async () => {
  const network = createMockNetwork({
    "https://a.example": async (request) => new Response(`got ${await request.text()}`),
  });
  const response = await network.fetch("https://a.example/x?y=1", {
    method: "POST",
    body: "hello",
    headers: { "X-Canary": "1" },
  });
  expect(await response.text()).toBe("got hello");
  expect(response.url).toBe("https://a.example/x?y=1");
  expect(network.requests).toMatchObject([
    { method: "POST", url: "https://a.example/x?y=1", body: "hello", headers: { "x-canary": "1" } },
  ]);
});

test("a host that is not there rejects as an unreachable one, and can come up later", async () => {
  const network = createMockNetwork();
  await expect(network.fetch("https://a.example/")).rejects.toThrow(TypeError);
  network.route("https://a.example", () => new Response("up"));
  expect(await (await network.fetch("https://a.example/")).text()).toBe("up");
  network.route("https://a.example", null);
  await expect(network.fetch("https://a.example/")).rejects.toThrow(TypeError);
});

test("redirects are followed, handed over or refused as the request says", async () => {
  const network = createMockNetwork({
    "https://a.example": () => new Response(null, { status: 303, headers: { location: "https://b.example/end" } }),
    "https://b.example": (request) => new Response(request.method),
  });
  const followed = await network.fetch("https://a.example/", { method: "POST", body: "x" });
  expect([followed.url, await followed.text()]).toEqual(["https://b.example/end", "GET"]);
  expect((await network.fetch("https://a.example/", { redirect: "manual" })).status).toBe(303);
  await expect(network.fetch("https://a.example/", { redirect: "error" })).rejects.toThrow(TypeError);
});

test("aborting ends a request that waits and a body that streams", async () => {
  const network = createMockNetwork({
    "https://silent.example": () => new Promise<Response>(() => {}),
    "https://stream.example": () =>
      new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([1])) })),
  });
  const waiting = new AbortController();
  const pending = network.fetch("https://silent.example/", { signal: waiting.signal });
  waiting.abort(new Error("enough"));
  await expect(pending).rejects.toThrow("enough");

  const streaming = new AbortController();
  const reader = (await network.fetch("https://stream.example/", { signal: streaming.signal })).body?.getReader();
  expect((await reader?.read())?.done).toBe(false);
  const next = reader?.read();
  streaming.abort(new Error("enough"));
  await expect(next).rejects.toThrow("enough");
});
