// What clients are told over their sockets, with the published client: every step as it happens, and all of it at once after a crash.
import { createMockMcpServer, createMockSseServer } from "@agents-internal/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { deskOf } from "./desk.ts";
import { type McpState, type Scene, startScene } from "./scene.ts";
import { allAre, withoutLive } from "./watch.ts";

const GUARDED = "https://guarded.example";
const LEGACY = "https://legacy.example";
const MODERN = "https://modern.example";
const OLD = "https://old.example";

let scene: Scene;

beforeAll(async () => {
  scene = await startScene({
    worker: "fixtures/desk.js",
    classes: ["Desk"],
    hosts: (authorization) => ({
      [GUARDED]: createMockMcpServer({ url: `${GUARDED}/mcp`, authorization }).handler,
      [LEGACY]: createMockMcpServer({ url: `${LEGACY}/mcp`, instructions: "Be kind." }).handler,
      [MODERN]: createMockMcpServer({ url: `${MODERN}/mcp`, era: "modern", authorization }).handler,
      [OLD]: createMockSseServer({ url: `${OLD}/sse` }).handler,
    }),
  });
});
afterAll(() => scene.dispose());
beforeEach(() => scene.network.forget());

test("two clients see the states of a sign-in in order, but for those that were over at once", async () => {
  const desk = deskOf(scene, "watched");
  const watchers = [scene.watch("desk", "watched"), scene.watch("desk", "watched")] as const;
  await Promise.all(watchers.map(({ client }) => client.ready));
  const { id, authUrl } = await desk.add("server", `${GUARDED}/mcp`);
  await Promise.all(watchers.map((watcher) => watcher.until(allAre("authenticating"))));
  await scene.approve(authUrl);
  const ends = await Promise.all(watchers.map((watcher) => watcher.until(allAre("ready"))));
  for (const watcher of watchers) {
    const states = watcher.statesOf(id);
    const shown = states.slice(states.indexOf("authenticating"));
    const all = ["authenticating", "connecting", "discovering", "ready"];
    expect(shown).toEqual(all.filter((state) => shown.includes(state)));
    expect(shown).toEqual(expect.arrayContaining(["authenticating", "ready"]));
  }
  expect(ends[0]).toEqual(ends[1]);
  expect(ends[0]?.tools).toMatchObject([{ name: "echo", serverId: id }]);
});

test("a denied sign-in reaches every client with its reason, and the retry takes over the same entry", async () => {
  const desk = deskOf(scene, "denied");
  const watcher = scene.watch("desk", "denied");
  const first = await desk.add("server", `${GUARDED}/mcp`);
  await scene.deny(first.authUrl);
  expect(Object.values((await watcher.until(allAre("failed"))).servers)).toMatchObject([
    { error_code: "authorization-denied", auth_url: null },
  ]);
  const second = await desk.add("server", `${GUARDED}/mcp`);
  expect(second.id).toBe(first.id);
  await scene.approve(second.authUrl);
  await watcher.until(allAre("ready"));
});

test("after a crash the first frame lists three servers and their tools, before anything was asked of anybody", async () => {
  const desk = deskOf(scene, "three");
  const ids = [
    (await desk.add("legacy", `${LEGACY}/mcp`)).id,
    (await desk.add("old", `${OLD}/sse`)).id,
    await (async () => {
      const { id, authUrl } = await desk.add("modern", `${MODERN}/mcp`);
      await scene.approve(authUrl);
      return id;
    })(),
  ];
  const before = await desk.settled();
  expect(Object.values(before.servers).map(({ name, state }) => `${name} ${state}`)).toEqual([
    "legacy ready",
    "old ready",
    "modern ready",
  ]);

  await scene.runtime.crash();
  scene.network.forget();
  const watcher = scene.watch("desk", "three");
  await watcher.until(() => true);
  expect(scene.network.requests).toEqual([]);
  const [first] = watcher.snapshots;
  expect(first && withoutLive(first)).toEqual(withoutLive(before));
  // Nobody listens to them yet, and that is said.
  expect(Object.values(first?.servers ?? {}).map(({ live }) => live)).toEqual([false, false, false]);
  expect(first?.tools.map(({ serverId }) => serverId).toSorted()).toEqual(ids.toSorted());

  for (const id of ids) expect(await desk.call(id, id)).toEqual({ text: id });
  // Going on with what was agreed before is no change that anybody has to be told.
  expect(withoutLive(await desk.state())).toEqual(withoutLive(before));
  expect(scene.as.tokenRequests.filter(({ grant_type }) => grant_type === "refresh_token")).toEqual([]);
});

test("a client that is connected while the Worker crashes finds back by itself, and is told everything again", async () => {
  const desk = deskOf(scene, "survivor");
  const watcher = scene.watch("desk", "survivor");
  await desk.add("legacy", `${LEGACY}/mcp`);
  const before = await watcher.until(allAre("ready"));
  const told = watcher.snapshots.length;
  const closed = new Promise((resolve) => watcher.client.addEventListener("close", resolve, { once: true }));
  await scene.runtime.crash();
  await closed;
  await watcher.client.ready;
  const { result } = await watcher.client.call<{ result: McpState }>("work", ["getMcpServers"]);
  expect(withoutLive(result)).toEqual(withoutLive(before));
  expect(watcher.snapshots.slice(told).map(withoutLive)).toEqual([withoutLive(before)]);
});
