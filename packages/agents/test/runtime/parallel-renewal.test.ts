// A hundred calls at once when the token has ended, at a provider that gives a refresh token once and watches for a second use.
import { createMockMcpServer } from "@agents-internal/testing";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Desk, deskOf } from "./desk.ts";
import { type Scene, startScene } from "./scene.ts";

const GUARDED = "https://guarded.example";
const HOUR = 3_600_000;

let scene: Scene;
let desk: Desk;
let instance = 0;
/** ms by which the authorization server's clock is ahead of the agent's. */
let ahead = 0;

beforeAll(async () => {
  scene = await startScene({
    worker: "fixtures/desk.js",
    classes: ["Desk"],
    authorization: {
      quirks: ["refresh-rotation"],
      clock: { now: () => Date.now() + ahead, sleep: () => Promise.resolve() },
    },
    hosts: (authorization) => ({
      [GUARDED]: createMockMcpServer({ url: `${GUARDED}/mcp`, authorization, faults: ["no-stream"] }).handler,
    }),
  });
});
afterAll(() => scene.dispose());
beforeEach(() => void (desk = deskOf(scene, `parallel-${(instance += 1)}`)));

const refreshes = () => scene.as.tokenRequests.filter(({ grant_type }) => grant_type === "refresh_token");

async function signedIn(): Promise<string> {
  const { id, authUrl } = await desk.add("server", `${GUARDED}/mcp`);
  await scene.approve(authUrl);
  expect((await desk.settled()).servers[id]).toMatchObject({ state: "ready" });
  return id;
}

function hundredCalls(id: string) {
  return Promise.all(Array.from({ length: 100 }, (_, index) => desk.call(id, `call ${index}`)));
}

const ANSWERS = Array.from({ length: 100 }, (_, index) => ({ text: `call ${index}` }));

test("the server refuses the token in all of them: one renewal, a hundred answers", async () => {
  const id = await signedIn();
  const before = refreshes().length;
  ahead += HOUR;
  expect(await hundredCalls(id)).toEqual(ANSWERS);
  expect(await hundredCalls(id)).toEqual(ANSWERS);
  expect(refreshes().length - before).toBe(1);
  expect((await desk.state()).servers[id]).toMatchObject({ state: "ready" });
});

test("R01 ★ the token has ended by the agent's own clock: one renewal, a hundred answers", async () => {
  scene.as.accessTokenTtl = 1;
  const id = await signedIn();
  scene.as.accessTokenTtl = 3600;
  const ended = Date.now() + 1000;
  await vi.waitUntil(() => Date.now() > ended, { timeout: 5000 });
  const before = refreshes().length;
  expect(await hundredCalls(id)).toEqual(ANSWERS);
  expect(refreshes().length - before).toBe(1);
});

test("R04 the grant is gone: one refused renewal, a hundred calls that say so, one sign-in for all", async () => {
  const id = await signedIn();
  const before = refreshes().length;
  scene.as.endAllGrants();
  const failures = await Promise.all(
    Array.from({ length: 100 }, () => desk.failure("mcp.callTool", { serverId: id, name: "echo", arguments: {} })),
  );
  expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(["authorization-required"]));
  expect(refreshes().length - before).toBe(1);
  const { servers } = await desk.settled();
  expect(servers[id]).toMatchObject({ state: "authenticating", auth_reason: "revoked" });
  await scene.approve(servers[id]?.auth_url ?? "");
  await desk.settled();
  expect(await hundredCalls(id)).toEqual(ANSWERS);
});
