// What travels when something changes: the change to clients of ours, everything to others, and nothing where nothing did, over sleeps.
import { createMockMcpServer, ECHO_TOOL, type MockMcpServer, type MockTool } from "@agents-internal/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Desk, deskOf } from "./desk.ts";
import { openFrames, type Frames } from "./frames.ts";
import { type McpState, type Scene, startScene } from "./scene.ts";
import { allAre, withoutLive } from "./watch.ts";

/** The latter keep no stream open, so that an agent that is connected to them can sleep at any time. */
const HOSTS = ["one", "two", "three", "stateless", "silent"].map((name) => `https://${name}.example`);
const tool = (name: string): MockTool => ({ ...ECHO_TOOL, name });
const TOOLS = Array.from({ length: 50 }, (_, index) => tool(`tool_${index}`));

let scene: Scene;
const servers = new Map<string, MockMcpServer>();
const sockets: Frames[] = [];

beforeAll(async () => {
  for (const origin of HOSTS) {
    const faults = HOSTS.indexOf(origin) < 3 ? [] : ["no-stream" as const];
    servers.set(origin, createMockMcpServer({ url: `${origin}/mcp`, tools: TOOLS, faults }));
  }
  scene = await startScene({
    worker: "fixtures/desk.js",
    classes: ["Desk", "Hasty"],
    hosts: () => Object.fromEntries([...servers].map(([origin, { handler }]) => [origin, handler])),
  });
});
afterAll(async () => {
  for (const socket of sockets) socket.close();
  await scene.dispose();
});

const serverAt = (at: number): MockMcpServer => {
  const server = servers.get(HOSTS[at] ?? "");
  if (!server) throw new Error(`no server ${at}`);
  return server;
};

async function listen(desk: Desk, query = ""): Promise<Frames> {
  const frames = await openFrames(`${scene.runtime.origin}${desk.path}${query}`);
  sockets.push(frames);
  return frames;
}

/** Another make's client: it asks for nothing. */
const listenInFull = (desk: Desk) => listen(desk);
const listenForPatches = (desk: Desk) => listen(desk, "?_agents_mcp=patches");

/** Everything both kinds of client were sent by now has arrived: the answer to a call comes after it. */
async function caughtUp(...clients: readonly Frames[]): Promise<void> {
  await Promise.all(clients.map((client) => client.call("work", "getMcpServers")));
}

async function sleep(desk: Desk): Promise<void> {
  await scene.runtime.evict("Desk", desk.name);
}

test("a list that changed costs its own size to clients of ours, and everything to others", async () => {
  const desk = deskOf(scene, "sizes");
  const [ours, theirs] = [await listenForPatches(desk), await listenInFull(desk)];
  const ids = [];
  for (const at of [0, 1, 2]) ids.push((await desk.add(`server ${at}`, `${HOSTS[at]}/mcp`)).id);
  await caughtUp(ours, theirs);
  const whole = theirs.last("cf_agent_mcp_servers").length;
  expect(ours.of("cf_agent_mcp_servers")).toEqual([]);
  ours.forget();
  theirs.forget();

  const changed = ours.next("cf_agent_mcp_patch");
  const changedInFull = theirs.next("cf_agent_mcp_servers");
  serverAt(1).change({ tools: [...TOOLS, tool("new")] });
  const patch = await changed;
  expect(patch.length).toBeLessThan(whole * 0.36);
  expect(Object.keys(JSON.parse(patch))).toEqual(["type", "from", "to", "tools"]);
  expect(JSON.parse(patch)).toMatchObject({ tools: { [ids[1] ?? ""]: expect.any(Array) } });
  const full = JSON.parse(await changedInFull) as { readonly mcp: McpState };
  expect(full.mcp.tools).toHaveLength(151);
  expect(ours.of("cf_agent_mcp_patch")).toHaveLength(1);
  expect(theirs.of("cf_agent_mcp_servers")).toHaveLength(1);
  serverAt(1).change({ tools: TOOLS });
});

/** A client of each kind, and what has to hold whenever both have heard everything. */
async function company(desk: Desk) {
  const watcher = scene.watch("desk", desk.name);
  const theirs = await listenInFull(desk);
  const ours = await listenForPatches(desk);
  return {
    watcher,
    ours,
    async inStep(): Promise<void> {
      await caughtUp(ours, theirs);
      const { result: state } = await watcher.client.call<{ readonly result: McpState }>("work", ["getMcpServers"]);
      expect(watcher.client.mcp).toEqual(state);
      const { mcp } = JSON.parse(theirs.last("cf_agent_mcp_servers")) as { readonly mcp: McpState };
      expect(mcp).toEqual(withoutLive(state));
      const late = scene.watch("desk", desk.name);
      expect(await late.until(() => true)).toEqual(state);
      late.client.close();
      expect(Object.keys(watcher.client.mcp.servers)).toEqual(Object.keys(mcp.servers));
    },
  };
}

test("both kinds of client, and one that comes later, are in step after every change, over sleeps", async () => {
  const desk = deskOf(scene, "steps");
  const { watcher, ours, inStep } = await company(desk);

  const { id: one } = await desk.add("one", `${HOSTS[4]}/mcp`);
  await inStep();
  const { id: two } = await desk.add("two", `${HOSTS[3]}/mcp`);
  await inStep();
  await desk.work("mcp.closeConnection", one);
  await inStep();
  await sleep(desk);
  ours.forget();
  await desk.work("mcp.setToolPolicy", { serverId: two, name: "tool_1", policy: "deny" });
  await inStep();
  // The change alone, also after a sleep.
  expect(ours.of("cf_agent_mcp_patch").map((frame) => Object.keys(JSON.parse(frame)))).toEqual([
    ["type", "from", "to", "servers"],
  ]);
  await sleep(desk);
  await desk.work("removeMcpServer", one);
  await inStep();
  await sleep(desk);
  await desk.add("three", `${HOSTS[4]}/mcp`);
  await inStep();
  await desk.work("mcp.closeAllConnections");
  await inStep();
  expect(watcher.snapshots.at(-1)?.tools).toEqual([]);
});

test("so they are after changes in any order, and nobody ever has to ask for everything", async () => {
  const desk = deskOf(scene, "random");
  const { ours, inStep } = await company(desk);
  const known = new Set<string>();
  // The same steps each time: what a failure says can be looked into.
  let seed = 7;
  const below = (limit: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % limit;
  };
  const anyServer = (): string | undefined => [...known][below(Math.max(known.size, 1))];
  const steps: readonly ((id: string) => Promise<unknown>)[] = [
    async () => known.add((await desk.add(`server ${below(4)}`, `${HOSTS[3 + below(2)]}/mcp`)).id),
    async (id) => known.delete(id) && desk.work("removeMcpServer", id),
    (id) => desk.work("mcp.closeConnection", id),
    (id) => desk.work("mcp.establishConnection", id),
    (id) =>
      desk
        .work("mcp.setToolPolicy", { serverId: id, name: "tool_1", policy: below(2) ? "deny" : null })
        .catch(() => null),
    async (id) => {
      serverAt(3).change({ tools: TOOLS.slice(0, below(5)) });
      await desk.work("mcp.discoverIfConnected", id);
    },
    // One that sleeps already cannot be put to sleep.
    async () => {
      await desk.state();
      await sleep(desk);
    },
  ];
  for (let step = 0; step < 40; step += 1) {
    const id = anyServer();
    await (id === undefined ? steps[0] : steps[below(steps.length)])?.(id ?? "");
    if (below(3) === 0) await inStep();
  }
  await inStep();
  expect(ours.of("cf_agent_mcp_patch").filter((frame) => !frame.includes('"from"'))).toHaveLength(1);
  serverAt(3).change({ tools: TOOLS });
});

test("a wake by a message, and a call of a server after it, tell nobody anything new", async () => {
  const desk = deskOf(scene, "quiet");
  const { id } = await desk.add("stateless", `${HOSTS[3]}/mcp`);
  const [ours, theirs] = [await listenForPatches(desk), await listenInFull(desk)];
  expect(JSON.parse(ours.last("cf_agent_mcp_patch"))).toMatchObject({
    servers: { [id]: { state: "ready", live: false } },
  });
  expect(theirs.last("cf_agent_mcp_servers")).not.toContain("live");
  ours.forget();
  theirs.forget();
  await sleep(desk);
  await caughtUp(ours, theirs);
  await sleep(desk);
  await desk.work("mcp.callTool", { serverId: id, name: "tool_1", arguments: { text: "hi" } });
  await caughtUp(ours, theirs);
  expect(ours.of("cf_agent_mcp_patch")).toEqual([]);
  expect(theirs.of("cf_agent_mcp_servers")).toEqual([]);
});

test("that nobody listens any more is told once, to clients of ours; that somebody does again, too; a sleep between them is not", async () => {
  const desk = deskOf(scene, "hasty", "hasty");
  const [ours, theirs] = [await listenForPatches(desk), await listenInFull(desk)];
  const { id } = await desk.add("one", `${HOSTS[0]}/mcp`);
  const told = () =>
    ours.of("cf_agent_mcp_patch").flatMap((frame) => {
      const { servers: changed } = JSON.parse(frame) as Partial<McpState>;
      return changed?.[id]?.state === "ready" ? [changed[id].live ?? true] : [];
    });
  await vi.waitFor(() => expect(told().at(-1)).toBe(false), { timeout: 5000 });
  await caughtUp(ours, theirs);
  ours.forget();
  theirs.forget();
  await scene.runtime.evict("Hasty", desk.name);
  await caughtUp(ours, theirs);
  expect(told()).toEqual([]);
  await desk.work("mcp.callTool", { serverId: id, name: "tool_1", arguments: { text: "hi" } });
  await vi.waitFor(() => expect(told()).toEqual([true, false]), { timeout: 5000 });
  expect(theirs.of("cf_agent_mcp_servers")).toEqual([]);
});

test("a client that lost its place is told everything, and one that says so all the time no more often than is of use", async () => {
  const desk = deskOf(scene, "lost");
  await desk.add("one", `${HOSTS[0]}/mcp`);
  const [ours, theirs] = [await listenForPatches(desk), await listenInFull(desk)];
  ours.forget();
  theirs.forget();
  for (const client of [ours, theirs]) for (let n = 0; n < 50; n += 1) client.send({ type: "cf_agent_mcp_patch" });
  await caughtUp(ours, theirs);
  const answers = ours.of("cf_agent_mcp_patch");
  expect(answers.length).toBeGreaterThan(0);
  expect(answers.length).toBeLessThan(4);
  expect(JSON.parse(answers[0] ?? "")).toMatchObject({ ids: [expect.any(String)] });
  expect(JSON.parse(answers[0] ?? "")).not.toHaveProperty("from");
  // Who never asked for patches is not served for asking so.
  expect(theirs.of("cf_agent_mcp_patch")).toEqual([]);
});

test("what a call changed is there before its answer", async () => {
  const desk = deskOf(scene, "order");
  const [ours, theirs] = [await listenForPatches(desk), await listenInFull(desk)];
  for (const client of [ours, theirs]) {
    const { result } = await client.call("work", "addMcpServer", "one", `${HOSTS[0]}/mcp`);
    expect(result).toMatchObject({ result: { state: "ready" } });
    expect(client.arrived.at(-1)).toBe("rpc");
    expect(client === ours ? client.tools() : 50).toBe(50);
    expect(client.states()).toEqual(["ready"]);
    await desk.work("mcp.closeAllConnections");
  }
});

test("twenty that connect at once are told of in a few frames, and in not much more than their own size", async () => {
  const desk = deskOf(scene, "storm");
  const [ours, theirs] = [await listenForPatches(desk), await listenInFull(desk)];
  ours.forget();
  theirs.forget();
  await Promise.all(Array.from({ length: 20 }, (_, index) => desk.add(`server ${index}`, `${HOSTS[index % 4]}/mcp`)));
  await caughtUp(ours, theirs);
  const whole = theirs.last("cf_agent_mcp_servers").length;
  const size = (frames: readonly string[]) => frames.reduce((sum, { length }) => sum + length, 0);
  expect(size(ours.of("cf_agent_mcp_patch"))).toBeLessThan(whole * 1.3);
  expect(size(theirs.of("cf_agent_mcp_servers"))).toBeLessThan(whole * 12);
  expect(allAre("ready")(await desk.state())).toBe(true);
});
