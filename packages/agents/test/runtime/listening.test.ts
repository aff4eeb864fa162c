// When servers are listened to, in workerd: an object that can sleep does, one that always listens does so again after a crash.
import { setTimeout as pause } from "node:timers/promises";
import { createMockMcpServer, ECHO_TOOL, type MockMcpServer } from "@agents-internal/testing";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Desk, deskOf } from "./desk.ts";
import { type Scene, startScene } from "./scene.ts";
import { allAre } from "./watch.ts";

const servers = {
  legacy: createMockMcpServer({ url: "https://legacy.example/mcp" }),
  modern: createMockMcpServer({ url: "https://modern.example/mcp", era: "modern" }),
};
const all = Object.values(servers);
/** Streams that were asked for; that one is gone shows to nobody outside the runtime. */
const streams = { legacy: 0, modern: 0 };
const heard = (times: number) =>
  vi.waitFor(() => expect(streams).toEqual({ legacy: times, modern: times }), { timeout: 10_000 });

async function isStream(request: Request): Promise<boolean> {
  return request.method === "GET" || (await request.clone().text()).includes("subscriptions/listen");
}

let scene: Scene;
beforeAll(async () => {
  scene = await startScene({
    worker: "fixtures/desk.js",
    classes: ["Desk", "Hasty"],
    hosts: () =>
      Object.fromEntries(
        (["legacy", "modern"] as const).map((era) => [
          new URL(servers[era].url).origin,
          async (request: Request) => {
            if (await isStream(request)) streams[era] += 1;
            return servers[era].handler(request);
          },
        ]),
      ),
  });
});
afterAll(() => scene.dispose());
beforeEach(() => {
  Object.assign(streams, { legacy: 0, modern: 0 });
  for (const server of all) server.change({ tools: [ECHO_TOOL] });
});

const addBoth = async (desk: Desk, options: object): Promise<readonly string[]> => {
  const added = await Promise.all(Object.entries(servers).map(([name, { url }]) => desk.add(name, url, options)));
  return added.map(({ id }) => id);
};
const asked = (server: MockMcpServer) => server.received.length;

test("streams are given up when nobody uses them, the object sleeps, its wake asks nothing, and the next use listens again", async () => {
  const desk = deskOf(scene, "hasty", "hasty");
  const ids = await addBoth(desk, {});
  await heard(1);
  const instance = await desk.work("instance");
  // The runtime takes an object that can sleep out of memory by itself, ten seconds after its last use.
  await pause(12_000);
  const before = all.map(asked);
  const watcher = scene.watch("hasty", "hasty");
  expect((await watcher.until(allAre("ready"))).tools).toHaveLength(2);
  expect(await desk.work("instance")).not.toBe(instance);
  expect(all.map(asked)).toEqual(before);
  servers.legacy.change({ tools: [ECHO_TOOL, { ...ECHO_TOOL, name: "new" }] });
  for (const id of ids) await desk.call(id, "hello");
  await watcher.until(({ tools }) => tools.length === 3);
  await heard(2);
  watcher.client.close();
});

test("an object that never listens can sleep at once", async () => {
  const desk = deskOf(scene, "never");
  await addBoth(desk, { listen: "never" });
  await scene.runtime.evict("Desk", "never");
  const before = all.map(asked);
  expect((await desk.state()).tools).toHaveLength(2);
  expect(all.map(asked)).toEqual(before);
  await heard(0);
});

test("an object that always listens does so again after a crash, and hears what changed meanwhile, without being asked", async () => {
  const desk = deskOf(scene, "always");
  await addBoth(desk, { listen: "always" });
  await heard(1);
  await scene.runtime.crash();
  servers.legacy.change({ tools: [ECHO_TOOL, { ...ECHO_TOOL, name: "new" }] });
  const watcher = scene.watch("desk", "always");
  const live = () => Object.values(watcher.client.mcp.servers).map(({ live: isLive }) => isLive ?? true);
  await watcher.until(() => true);
  expect(live()).toEqual([false, false]);
  await watcher.until(({ tools }) => tools.length === 3);
  await heard(2);
  // And everybody who looks is told that somebody listens again.
  await vi.waitFor(() => expect(live()).toEqual([true, true]), { timeout: 5000 });
  watcher.client.close();
});
