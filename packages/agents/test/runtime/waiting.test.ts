// Calls that wait for a person: access revoked, more permission asked for, or a server that lets anyone in until it matters.
import { createMockMcpServer, ECHO_TOOL } from "@agents-internal/testing";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Desk, deskOf } from "./desk.ts";
import { type Scene, startScene } from "./scene.ts";

const GUARDED = "https://guarded.example";
const MIXED = "https://mixed.example";
const WIPE_TOOL = { name: "wipe", inputSchema: { type: "object" as const }, requiredScopes: ["admin"] };
const WAITS = { oauth: { waitForSignIn: 30_000 } };

let scene: Scene;
let desk: Desk;
let instance = 0;

beforeAll(async () => {
  scene = await startScene({
    worker: "fixtures/desk.js",
    classes: ["Desk"],
    hosts: (authorization) => {
      const server = (origin: string, faults: ("no-stream" | "mixed")[]) =>
        createMockMcpServer({
          url: `${origin}/mcp`,
          authorization: { ...authorization, scopes: ["basic"] },
          tools: [ECHO_TOOL, WIPE_TOOL],
          faults,
        }).handler;
      return { [GUARDED]: server(GUARDED, ["no-stream"]), [MIXED]: server(MIXED, ["no-stream", "mixed"]) };
    },
  });
});
afterAll(() => scene.dispose());
beforeEach(() => void (desk = deskOf(scene, `waiting-${(instance += 1)}`)));

async function signedIn(options: object): Promise<string> {
  const { id, authUrl } = await desk.add("server", `${GUARDED}/mcp`, options);
  await scene.approve(authUrl);
  expect((await desk.settled()).servers[id]).toMatchObject({ state: "ready" });
  return id;
}

const call = (serverId: string, name: string) =>
  desk.work("mcp.callTool", { serverId, name, arguments: { text: name } });

/** What a second tab sees as soon as a sign-in is asked for. */
async function asked(id: string) {
  return vi.waitFor(async () => {
    const server = (await desk.state()).servers[id];
    expect(server).toMatchObject({ state: "authenticating" });
    return server;
  });
}

test("twenty calls whose access was revoked wait for one sign-in, which every tab sees, and go on", async () => {
  const id = await signedIn(WAITS);
  const tabs = [scene.watch("desk", desk.name), scene.watch("desk", desk.name)];
  scene.as.endAllGrants();
  const calling = Promise.all(Array.from({ length: 20 }, () => call(id, "echo")));
  const server = await asked(id);
  expect(server).toMatchObject({ auth_reason: "revoked", auth_tools: ["echo"] });
  for (const tab of tabs) await tab.until((state) => state.servers[id]?.auth_url === server?.auth_url);
  await scene.approve(server?.auth_url ?? "");
  expect(await calling).toHaveLength(20);
});

test("a call that needs more permission waits for it, and says for which scopes and which tool", async () => {
  const id = await signedIn(WAITS);
  const calling = call(id, "wipe");
  const server = await asked(id);
  expect(server).toMatchObject({ auth_reason: "more-scope", auth_tools: ["wipe"] });
  expect(server?.auth_scopes).toEqual(expect.arrayContaining(["basic", "admin"]));
  expect(await desk.call(id, "meanwhile")).toEqual({ text: "meanwhile" });
  await scene.approve(server?.auth_url ?? "");
  await expect(calling).resolves.toBeDefined();
});

test("a call waits no longer than was said, and rejects with a code", async () => {
  const id = await signedIn({ oauth: { waitForSignIn: 100 } });
  scene.as.endAllGrants();
  const params = { serverId: id, name: "echo", arguments: { text: "x" } };
  expect(await desk.failure("mcp.callTool", params)).toMatchObject({ code: "authorization-required" });
});

test("a server that lets anyone in asks for a sign-in when a call needs one, and the call goes on", async () => {
  const { id, state } = await desk.add("server", `${MIXED}/mcp`, WAITS);
  expect(state).toBe("ready");
  expect(await desk.call(id, "anonymous")).toEqual({ text: "anonymous" });
  const calling = call(id, "wipe");
  const server = await asked(id);
  expect(server).toMatchObject({ auth_reason: "sign-in", auth_tools: ["wipe"] });
  expect(await desk.call(id, "meanwhile")).toEqual({ text: "meanwhile" });
  await scene.approve(server?.auth_url ?? "");
  await expect(calling).resolves.toBeDefined();
});

test("a wait ends with the process, the sign-in does not", async () => {
  const id = await signedIn(WAITS);
  scene.as.endAllGrants();
  const broken = call(id, "echo").catch((error: unknown) => error);
  const server = await asked(id);
  await scene.runtime.crash();
  expect(await broken).toBeInstanceOf(Error);
  await scene.approve(server?.auth_url ?? "");
  expect((await desk.settled()).servers[id]).toMatchObject({ state: "ready" });
  expect(await desk.call(id, "again")).toEqual({ text: "again" });
});
