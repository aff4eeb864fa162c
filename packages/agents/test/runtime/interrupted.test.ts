// A sign-in whose agent is thrown out of memory, or killed, between any two of its steps.
import { createMockMcpServer } from "@agents-internal/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Desk, deskOf } from "./desk.ts";
import { ISSUER, type Scene, startScene } from "./scene.ts";

const SIGNED_IN = "You are signed in.";
const GUARDED = "https://guarded.example";

let scene: Scene;
let desk: Desk;
let instance = 0;

beforeAll(async () => {
  scene = await startScene({
    worker: "fixtures/desk.js",
    classes: ["Desk"],
    // Its standing stream would keep the object in memory.
    hosts: (authorization) => ({
      [GUARDED]: createMockMcpServer({ url: `${GUARDED}/mcp`, authorization, faults: ["no-stream"] }).handler,
    }),
  });
});
afterAll(() => scene.dispose());
beforeEach(() => void (desk = deskOf(scene, `interrupted-${(instance += 1)}`)));
afterEach(() => scene.intercept(null));

const evict = () => scene.runtime.evict("Desk", desk.name);
const crash = () => scene.runtime.crash();

const AT_REST = ["the page is opened", "consent", "the callback", "the call", "nothing more"];

describe.each([
  ["evicted", evict, AT_REST],
  // An object that has something under way is not evicted; it can only die.
  ["killed", crash, [...AT_REST, "ready"]],
] as const)("the agent is %s", (_how, interrupt, steps) => {
  test.each(steps)("before %s, and nothing is lost", async (step) => {
    const at = (now: string) => (now === step ? interrupt() : Promise.resolve());
    const { id, authUrl } = await desk.add("server", `${GUARDED}/mcp`);
    await at("the page is opened");
    const browser = scene.newBrowser();
    const page = await browser.open(authUrl);
    await at("consent");
    const callback = await consent(page.url);
    await at("the callback");
    const sent = scene.as.tokenRequests.length;
    expect((await browser.open(callback, "cross-site")).html).toContain(SIGNED_IN);
    await at("ready");
    expect((await desk.settled()).servers[id]).toMatchObject({ state: "ready" });
    await at("the call");
    expect(await desk.call(id, "hello")).toEqual({ text: "hello" });
    await at("nothing more");
    expect((await desk.state()).servers[id]).toMatchObject({ state: "ready", auth_url: null });
    expect(scene.as.tokenRequests.length - sent).toBe(1);
    // The answer that was used is used up, whatever happened since.
    expect((await browser.open(callback, "cross-site")).html).not.toContain(SIGNED_IN);
    expect((await desk.state()).servers[id]).toMatchObject({ state: "ready" });
  });
});

test("R06 killed between sending the code and storing the tokens: the code is not sent again, one new sign-in is asked for", async () => {
  const { id, authUrl } = await desk.add("server", `${GUARDED}/mcp`);
  const browser = scene.newBrowser();
  const callback = await consent((await browser.open(authUrl)).url);
  const sent = scene.as.tokenRequests.length;
  const reached = holdToken();
  const lost = browser.open(callback, "cross-site").catch(() => undefined);
  await reached;
  await crash();
  await lost;
  scene.intercept(null);

  const after = (await desk.settled()).servers[id];
  expect(after).toMatchObject({ state: "authenticating", auth_url: expect.stringContaining("/callback?flow=") });
  expect(after?.auth_url).not.toBe(authUrl);
  expect(scene.as.tokenRequests.length - sent).toBe(1);
  expect((await browser.open(callback, "cross-site")).html).not.toContain(SIGNED_IN);
  expect((await browser.open(authUrl)).url).toBe(authUrl);
  expect(scene.as.tokenRequests.length - sent).toBe(1);

  expect((await scene.approve(after?.auth_url ?? "")).html).toContain(SIGNED_IN);
  expect((await desk.settled()).servers[id]).toMatchObject({ state: "ready" });
  expect(await desk.call(id, "hello")).toEqual({ text: "hello" });
  expect(scene.as.tokenRequests.length - sent).toBe(2);
});

test("killed after the tokens were stored and before the server was reached: it goes on to ready by itself", async () => {
  const { id, authUrl } = await desk.add("server", `${GUARDED}/mcp`);
  const browser = scene.newBrowser();
  const callback = await consent((await browser.open(authUrl)).url);
  const reached = new Promise<void>((resolve) => {
    scene.intercept((request) => {
      if (!request.headers.has("authorization")) return null;
      resolve();
      return new Promise(() => undefined);
    });
  });
  const sent = scene.as.tokenRequests.length;
  void browser.open(callback, "cross-site").catch(() => undefined);
  await reached;
  await crash();
  scene.intercept(null);
  expect((await desk.settled()).servers[id]).toMatchObject({ state: "ready" });
  expect(await desk.call(id, "hello")).toEqual({ text: "hello" });
  expect(scene.as.tokenRequests.length - sent).toBe(1);
});

/** Approves at the provider; the address it sends the browser back to, not yet opened. */
async function consent(page: string): Promise<string> {
  const body = new URLSearchParams({ decision: "approve" });
  const response = await scene.network.fetch(new Request(page, { method: "POST", body, redirect: "manual" }));
  return response.headers.get("location") ?? "";
}

/** The authorization server takes the code and never answers. Resolves when it has it. */
function holdToken(): Promise<void> {
  return new Promise((resolve) => {
    scene.intercept((request) => {
      if (request.url !== `${ISSUER}/token`) return null;
      return scene.network.fetch(request).then(() => {
        resolve();
        return new Promise<Response>(() => undefined);
      });
    });
  });
}
