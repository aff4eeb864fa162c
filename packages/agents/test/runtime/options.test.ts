// What is documented beside the samples: where sign-ins end, own callback addresses, transports, headers.
import { createMockMcpServer, createMockSseServer, type MockMcpServer } from "@agents-internal/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deskOf } from "./desk.ts";
import { type Scene, startScene } from "./scene.ts";

const GUARDED = "https://guarded.example";
const PLAIN = "https://plain.example";
const OLD = "https://old.example";

let scene: Scene;
let plain: MockMcpServer;
let guarded: MockMcpServer;

beforeAll(async () => {
  scene = await startScene({
    worker: "fixtures/desk.js",
    classes: ["Desk", "Redirecting"],
    hosts: (authorization) => {
      guarded = createMockMcpServer({ url: `${GUARDED}/mcp`, authorization });
      plain = createMockMcpServer({ url: `${PLAIN}/mcp` });
      const old = createMockSseServer({ url: `${OLD}/sse` });
      return { [GUARDED]: guarded.handler, [PLAIN]: plain.handler, [OLD]: old.handler };
    },
  });
});
afterAll(() => scene.dispose());

test.each([
  ["a path", "/dashboard /auth-error", "{origin}/dashboard", "{origin}/auth-error?error="],
  ["a path with a query", "/done?tab=2 /oops?tab=2#top", "{origin}/done?tab=2", "{origin}/oops?tab=2&error="],
  ["another origin", "https://my.app/ok https://my.app/no?a=b", "https://my.app/ok", "https://my.app/no?a=b&error="],
  ["an app on a phone", "myapp://signed-in myapp://failed?x=1", "myapp://signed-in", "myapp://failed?x=1&error="],
])("a sign-in ends at %s", async (_what, targets, success, failure) => {
  const desk = deskOf(scene, Buffer.from(targets).toString("base64url"), "redirecting");
  // Nobody serves the other origin; where the browser is sent is what counts.
  scene.network.route("https://my.app", () => new Response("the app"));
  const place = (template: string) => template.replace("{origin}", scene.runtime.origin);
  const denied = await scene.deny((await desk.add("server", `${GUARDED}/mcp`)).authUrl);
  expect(denied.url.startsWith(place(failure))).toBe(true);
  expect(new URL(denied.url).searchParams.getAll("error")).toEqual(["Access was declined."]);
  const approved = await scene.approve((await desk.add("server", `${GUARDED}/mcp`)).authUrl);
  expect(approved.url).toBe(place(success));
  expect(Object.values((await desk.settled()).servers)).toMatchObject([{ state: "ready" }]);
});

test("a callback URL of the application's own is where the sign-in starts and ends, once the application routes it", async () => {
  scene.aliases.add("https://app.example");
  const desk = deskOf(scene, "foreign-callback");
  const options = { name: "Mine", url: `${GUARDED}/mcp`, callbackUrl: "https://app.example/oauth/return" };
  expect(await desk.work("mcp.registerServer", "mine", { ...options, transportOptions: { type: "auto" } })).toBe(
    "mine",
  );
  expect((await desk.state()).servers["mine"]).toMatchObject({ state: "not-connected" });
  const connected = await desk.work<{ state: string; authUrl: string }>("mcp.connectToServer", "mine");
  expect(connected).toEqual({
    state: "authenticating",
    authUrl: expect.stringMatching(/^https:\/\/app\.example\/oauth\/return\?flow=/),
  });
  expect(await desk.work("mcp.discoverIfConnected", "mine")).toMatchObject({ success: false, state: "authenticating" });
  expect(await desk.work("mcp.discoverIfConnected", "nobody")).toBeNull();
  const end = await scene.approve(connected.authUrl);
  expect(end.url).toMatch(/^https:\/\/app\.example\/oauth\/return\?/);
  expect((await desk.settled()).servers["mine"]).toMatchObject({ state: "ready" });
  expect(await desk.call("mine", "hello")).toEqual({ text: "hello" });
});

test.each([
  ["streamable-http", `${PLAIN}/mcp`, "ready"],
  ["auto", `${PLAIN}/mcp`, "ready"],
  ["sse", `${OLD}/sse`, "ready"],
  ["auto", `${OLD}/sse`, "ready"],
  ["streamable-http", `${OLD}/sse`, "transport-not-implemented"],
  ["sse", `${PLAIN}/nothing`, "transport-not-implemented"],
  ["carrier-pigeon", `${PLAIN}/mcp`, "option-invalid"],
])("transport %s at %s: %s", async (type, url, outcome) => {
  const desk = deskOf(scene, `transport-${type}-${url.replaceAll(/\W/g, "")}`);
  if (outcome !== "ready") {
    expect(await desk.failure("addMcpServer", "server", url, { transport: { type } })).toMatchObject({ code: outcome });
    return;
  }
  const { id, state } = await desk.add("server", url, { transport: { type } });
  expect(state).toBe("ready");
  expect(await desk.call(id, type)).toEqual({ text: type });
});

test("custom headers go to the server's own origin, not to its sign-in service, and not where it redirects", async () => {
  const desk = deskOf(scene, "headers");
  const elsewhere = "https://elsewhere.example";
  scene.network.route(elsewhere, () => new Response("stolen"));
  const transport = { headers: { "X-Tenant": "tenant-7" } };
  scene.network.forget();
  const { id, authUrl } = await desk.add("server", `${GUARDED}/mcp`, { transport });
  await scene.approve(authUrl);
  await desk.settled();
  expect(await desk.call(id, "hello")).toEqual({ text: "hello" });
  scene.network.route("https://moving.example", () => Response.redirect(`${elsewhere}/mcp`, 307));
  expect(await desk.failure("addMcpServer", "moving", "https://moving.example/mcp", { transport })).toMatchObject({
    code: "redirect-refused",
  });
  const tenants = (headers: Readonly<Record<string, string>>) => Object.values(headers).includes("tenant-7");
  const told = new Set(
    scene.network.requests.filter(({ headers }) => tenants(headers)).map(({ url }) => new URL(url).origin),
  );
  expect([...told].toSorted()).toEqual([GUARDED, "https://moving.example"]);
  const mine = scene.network.requests.filter(({ method, url }) => method === "POST" && url === `${GUARDED}/mcp`);
  expect(mine.every(({ headers }) => headers["x-tenant"] === "tenant-7")).toBe(true);
});
