// Wrong addresses, broken servers and strange requests: each gets a code or a plain page, and nobody else notices.
import { createMockMcpServer, type FetchHandler, type McpServerFault } from "@agents-internal/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Desk, deskOf } from "./desk.ts";
import { type Scene, startScene } from "./scene.ts";

const PLAIN = "https://plain.example";
const GUARDED = "https://guarded.example";
const BAD = "https://bad.example";
const LONG = "n".repeat(10_000);

let scene: Scene;
let desk: Desk;
/** A server that works, before and after everything else. */
let good: string;

beforeAll(async () => {
  scene = await startScene({
    worker: "fixtures/desk.js",
    classes: ["Desk"],
    hosts: (authorization) => ({
      [PLAIN]: createMockMcpServer({ url: `${PLAIN}/mcp` }).handler,
      [GUARDED]: createMockMcpServer({ url: `${GUARDED}/mcp`, authorization }).handler,
    }),
  });
  desk = deskOf(scene, "bad-input");
  good = (await desk.add("good", `${PLAIN}/mcp`)).id;
});
afterAll(() => scene.dispose());

/** Others are untouched, and the object answers. */
async function expectGoodAsEver(): Promise<void> {
  expect((await desk.state()).servers[good]).toMatchObject({ state: "ready", error_code: null });
  expect(await desk.call(good, "hello")).toEqual({ text: "hello" });
}
const faulty = (fault: McpServerFault): FetchHandler =>
  createMockMcpServer({ url: `${BAD}/mcp`, faults: [fault] }).handler;
const answering =
  (body: string, status = 200, type = "text/html"): FetchHandler =>
  () =>
    new Response(body, { status, headers: { "content-type": type } });

test.each([
  ["no address", "not a url", "url-invalid"],
  ["nothing", "", "url-invalid"],
  ["another scheme", "ftp://plain.example/mcp", "url-invalid"],
  ["a script", "javascript:alert(1)", "url-invalid"],
  ["plain http", "http://plain.example/mcp", "url-blocked"],
  ["this machine", "http://127.0.0.1:1/mcp", "url-blocked"],
  ["a private network", "https://10.0.0.7/mcp", "url-blocked"],
  ["the platform's metadata", "https://169.254.169.254/mcp", "url-blocked"],
])("an address that is %s is refused, and nothing is kept", async (_what, url, code) => {
  const before = await desk.state();
  expect(await desk.failure("addMcpServer", "bad", url)).toMatchObject({ name: "McpError", code });
  expect(await desk.state()).toEqual(before);
});

test.each<readonly [string, FetchHandler | null, string]>([
  ["cannot be reached", null, "host-unreachable"],
  ["answers with a page", answering("<h1>Welcome</h1>"), "not-an-mcp-server"],
  ["has a page in place of JSON", faulty("html"), "not-an-mcp-server"],
  ["answers with JSON of another kind", faulty("not-json-rpc"), "invalid-response"],
  ["sends half of its JSON", answering('{"jsonrpc":"2.0","id', 200, "application/json"), "invalid-response"],
  ["breaks off in its answer", faulty("cut-body"), "invalid-response"],
  ["has an inner error", faulty("http-500"), "http-error"],
  ["is not there", answering("Not found", 404), "not-an-mcp-server"],
  ["never stops talking", faulty("huge"), "response-too-large"],
  ["sends us away", faulty("redirect"), "redirect-refused"],
  ["speaks a version nobody knows", faulty("wrong-version"), "protocol-error"],
  ["fails to list its tools", faulty("broken-tools"), "discovery-failed"],
])("a server that %s fails with a code, alone, and can be removed", async (what, handler, code) => {
  scene.network.route(BAD, handler);
  const failure = await desk.failure("addMcpServer", what, `${BAD}/mcp`, { retry: { maxAttempts: 1 } });
  expect(failure).toMatchObject({ name: "McpError", code, message: expect.not.stringContaining("Welcome") });
  const [id = "", entry] = Object.entries((await desk.state()).servers).find(([, { name }]) => name === what) ?? [];
  expect(entry).toMatchObject({ state: "failed", error_code: code });
  await expectGoodAsEver();
  await desk.work("removeMcpServer", id);
  expect(Object.keys((await desk.state()).servers)).toEqual([good]);
});

test.each([
  ["addMcpServer", [LONG, `${PLAIN}/mcp`], "option-invalid"],
  ["addMcpServer", ["", `${PLAIN}/mcp`], "option-invalid"],
  ["addMcpServer", [null, `${PLAIN}/mcp`], "option-invalid"],
  ["addMcpServer", ["name", `${PLAIN}/${LONG}`], "url-invalid"],
  ["addMcpServer", ["name", `${PLAIN}/mcp`, { callbackHost: "no url" }], "option-invalid"],
  ["addMcpServer", ["name", `${PLAIN}/mcp`, { transport: { headers: { "bad name": "x" } } }], "option-invalid"],
  ["addMcpServer", ["name", `${PLAIN}/mcp`, { transport: { headers: { good: "bad\r\nvalue" } } }], "option-invalid"],
  ["mcp.connectToServer", ["nobody"], "server-not-found"],
  ["mcp.connectToServer", ["__proto__"], "server-not-found"],
  ["mcp.establishConnection", [LONG], "server-not-found"],
  ["mcp.closeConnection", ["nobody"], "server-not-found"],
  ["mcp.callTool", [{ serverId: "nobody", name: "echo" }], "server-not-found"],
  ["mcp.readResource", [{ serverId: "nobody", uri: "file:///x" }], "server-not-found"],
  ["mcp.getPrompt", [{ serverId: "constructor", name: "x" }], "server-not-found"],
] as const)("%s refuses what it cannot use (case %#)", async (method, args, code) => {
  const before = await desk.state();
  expect(await desk.failure(method, ...args)).toMatchObject({ name: "McpError", code });
  expect(await desk.state()).toEqual(before);
});

test("removing what is not there is no error", async () => {
  const nothing = { refreshToken: "none", accessToken: "none", registration: "none" };
  expect(await desk.work("removeMcpServer", "nobody")).toEqual(nothing);
  await expectGoodAsEver();
});

test("a tool that is not there is the server's refusal, and the connection goes on", async () => {
  const failure = await desk.failure("mcp.callTool", { serverId: good, name: "nothing" });
  expect(["protocol-error", "tool-not-found"]).toContain(failure.code);
  await expectGoodAsEver();
});

describe("a callback", () => {
  const open = (query: string) => scene.ask(`${desk.path}/callback${query}`);

  test.each([
    ["a foreign state", "?code=x&state=nobody-knows"],
    ["an empty state", "?code=x&state="],
    ["a state of 10,000 characters", `?code=x&state=${LONG}`],
    ["two states", "?code=x&state=a&state=b"],
    ["a start that nobody began", "?flow=nobody"],
    ["no state", "?code=x"],
    ["only an error", "?error=access_denied&error_description=%3Cscript%3Ealert(1)%3C%2Fscript%3E"],
  ])("with %s gets a plain page and changes nothing", async (_what, query) => {
    const { authUrl } = await desk.add("guarded", `${GUARDED}/mcp`);
    const before = await desk.state();
    const response = await open(query);
    const page = await response.text();
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(response.headers.get("content-type")).toContain("text/html");
    expect(page).not.toContain("alert(1)");
    expect(page).toContain("You can close this window");
    expect(await desk.state()).toEqual(before);
    expect((await scene.newBrowser().open(authUrl)).url).toContain("https://as.example/authorize");
    await expectGoodAsEver();
  });

  test("in another browser than the one that began it is refused, and the right one can still end it", async () => {
    const { id, authUrl } = await desk.add("guarded", `${GUARDED}/mcp`);
    const browser = scene.newBrowser();
    const page = await browser.open(authUrl);
    const form = new URLSearchParams({ decision: "approve" });
    const answer = await scene.network.fetch(new Request(page.url, { method: "POST", body: form, redirect: "manual" }));
    const callback = answer.headers.get("location") ?? "";
    expect((await scene.newBrowser().open(callback, "cross-site")).html).toContain("started in another browser");
    expect((await desk.state()).servers[id]).toMatchObject({ state: "authenticating" });
    expect((await browser.open(callback, "cross-site")).html).toContain("You are signed in.");
    expect((await desk.settled()).servers[id]).toMatchObject({ state: "ready" });
    expect((await browser.open(callback, "cross-site")).html).not.toContain("You are signed in.");
    expect((await desk.state()).servers[id]).toMatchObject({ state: "ready" });
    await expectGoodAsEver();
  });

  test("of an attempt that has expired gets a plain page, and the next one works", async () => {
    const own = deskOf(scene, "expired-attempt");
    const { id, authUrl } = await own.add("guarded", `${GUARDED}/mcp`);
    const browser = scene.newBrowser();
    const page = await browser.open(authUrl);
    await own.work("sql", ["UPDATE agents_mcp_oauth_attempts SET expires_at = 1"]);
    const late = await browser.submit(page.url, { decision: "approve" });
    expect([late.status, late.html]).toEqual([400, expect.stringContaining("not finished in time")]);
    expect((await own.state()).servers[id]).toMatchObject({ state: "authenticating", auth_url: authUrl });
    expect((await scene.approve(authUrl)).status).toBe(200);
    expect((await own.settled()).servers[id]).toMatchObject({ state: "ready" });
  });

  test("cannot be begun over an offer that has expired; asking again makes a new one", async () => {
    const own = deskOf(scene, "expired-offer");
    const { id, authUrl } = await own.add("guarded", `${GUARDED}/mcp`);
    await own.work("sql", ["UPDATE agents_mcp_oauth_flows SET expires_at = 1"]);
    const late = await scene.newBrowser().open(authUrl);
    expect([late.status, late.url, late.html]).toEqual([404, authUrl, expect.stringContaining("or has expired")]);
    await scene.runtime.evict("Desk", own.name);
    expect((await own.state()).servers[id]).toMatchObject({ state: "failed", error_code: "authorization-expired" });
    expect((await scene.approve((await own.add("guarded", `${GUARDED}/mcp`)).authUrl)).status).toBe(200);
    expect((await own.settled()).servers[id]).toMatchObject({ state: "ready" });
  });

  test("of a server that was removed meanwhile gets a plain page", async () => {
    const { id, authUrl } = await desk.add("leaving", `${GUARDED}/mcp`);
    const browser = scene.newBrowser();
    const page = await browser.open(authUrl);
    await desk.work("removeMcpServer", id);
    const end = await browser.submit(page.url, { decision: "approve" });
    expect([end.status, end.html]).toEqual([
      400,
      expect.stringContaining("not known, was already used, or has expired"),
    ]);
    expect((await browser.open(authUrl)).html).toContain("You can close this window");
    await expectGoodAsEver();
  });
});

test.each([
  ["/agents/desk", 404],
  ["/agents/desk/", 404],
  ["/agents/nobody/x", 400],
  ["/agents/__proto__/x", 404],
  ["/agents/constructor/x", 404],
])("%s: %i", async (path, status) => {
  const response = await scene.ask(path);
  expect(response.status).toBe(status);
  expect(await response.text()).not.toMatch(/at .*\.js|Error:/);
});

test("no body, frame or page in all of this held a stack trace", () => {
  expect(scene.answers.filter((answer) => /\n\s+at \S+ \(|\.js:\d+:\d+/.test(answer))).toEqual([]);
});
