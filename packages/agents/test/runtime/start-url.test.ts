// Who may open a sign-in, where it comes back to, and who may end it, where an app says so.
import { createMockMcpServer } from "@agents-internal/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Failure } from "./desk.ts";
import { ISSUER, type Scene, startScene } from "./scene.ts";

const GUARDED = "https://guarded.example";
const APP = "https://app.example";
const FRONT = "https://any.front.example";

let scene: Scene;
let instance = 0;
let name = "";

beforeAll(async () => {
  scene = await startScene({
    worker: "fixtures/careful.js",
    classes: ["Careful", "Desk"],
    hosts: (authorization) => ({
      [GUARDED]: createMockMcpServer({ url: `${GUARDED}/mcp`, authorization, faults: ["no-stream"] }).handler,
    }),
  });
  scene.aliases.add(APP).add(FRONT);
});
afterAll(() => scene.dispose());
beforeEach(() => void (name = `careful-${(instance += 1)}`));

interface Answer {
  readonly result?: { readonly id: string; readonly authUrl: string };
  readonly error?: Failure;
}

/** A page of the app, reached under `origin`, adds the server. */
async function add(origin: string, options: object = {}, agent = "careful"): Promise<Answer> {
  const body = JSON.stringify(["addMcpServer", "server", `${GUARDED}/mcp`, { id: "mine", ...options }]);
  const response = await scene.surf(new Request(`${origin}/agents/${agent}/${name}`, { method: "POST", body }));
  return (await response.json()) as Answer;
}

const open = (url: string, headers: Record<string, string> = {}) =>
  scene.surf(new Request(url, { headers: { "sec-fetch-dest": "document", ...headers }, redirect: "manual" }));

/** Approves at the provider and gives the address it sends the browser back to. */
async function consent(page: string): Promise<string> {
  const body = new URLSearchParams({ decision: "approve" });
  const response = await scene.network.fetch(new Request(page, { method: "POST", body, redirect: "manual" }));
  return response.headers.get("location") ?? "";
}

async function state(): Promise<string | undefined> {
  const post = (call: readonly unknown[]) =>
    scene.surf(new Request(`${APP}/agents/careful/${name}`, { method: "POST", body: JSON.stringify(call) }));
  await post(["mcp.waitForConnections", { timeout: 20_000 }]);
  const { result } = (await (await post(["getMcpServers"])).json()) as {
    result: { servers: Readonly<Record<string, { state: string }>> };
  };
  return result.servers["mine"]?.state;
}

describe("with a list of callback hosts", () => {
  test("a sign-in begun under a host that is listed comes back to it", async () => {
    const { result } = await add(APP);
    expect(result?.authUrl).toMatch(/^https:\/\/app\.example\/agents\/careful\/careful-\d+\/callback\?flow=/);
  });

  test("S22 a front that passes any host on does not decide where codes go", async () => {
    expect((await add(FRONT)).error).toMatchObject({ code: "callback-host-required" });
    expect((await add(FRONT, { callbackHost: FRONT })).error).toMatchObject({ code: "option-invalid" });
    expect((await add(FRONT, { callbackHost: APP })).result?.authUrl).toContain(`${APP}/`);
  });

  test("without one, the host that the agent was reached under is taken", async () => {
    expect((await add(FRONT, {}, "desk")).result?.authUrl).toContain(`${FRONT}/`);
  });
});

describe("a start URL", () => {
  test.each([
    ["a page of the app's dashboard elsewhere", { "sec-fetch-site": "cross-site", referer: "https://dash.example/" }],
    ["a page of the agent's own origin", { "sec-fetch-site": "same-origin" }],
  ])("that %s opens leads to the provider", async (_who, headers) => {
    const { result } = await add(APP);
    const response = await open(result?.authUrl ?? "", headers);
    expect(response.headers.get("location")).toContain(ISSUER);
    expect(response.headers.get("set-cookie")).toContain("__Host-agents-mcp-");
  });

  test.each([
    ["was mailed", { "sec-fetch-site": "none" }],
    ["a page of somebody else opens", { "sec-fetch-site": "cross-site", referer: "https://evil.example/" }],
    ["a program opens that says nothing of itself", {}],
  ])("that %s asks first, and binds nobody", async (_how, headers) => {
    const { result } = await add(APP);
    const response = await open(result?.authUrl ?? "", headers);
    expect(response.status).toBe(200);
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(await response.text()).toContain("Go on only if you have just asked for this.");
  });
});

describe("the provider's own address", () => {
  const direct = { oauth: { startUrl: "direct" } };

  test("is not given by an agent that looks at nobody", async () => {
    expect((await add(APP, direct, "desk")).error).toMatchObject({ code: "option-invalid" });
  });

  test("ends nobody's sign-in but that of the person whose agent it is, also after the process was killed", async () => {
    const { result } = await add(APP, direct);
    expect(result?.authUrl).toContain(`${ISSUER}/`);
    const callback = await consent(result?.authUrl ?? "");
    await scene.runtime.crash();
    const asked = scene.as.tokenRequests.length;
    for (const cookie of ["", "user=somebody-else", `user=${name}-too`]) {
      expect(await (await open(callback, { cookie })).text()).toContain("started by somebody else");
    }
    expect(scene.as.tokenRequests.length).toBe(asked);
    expect(await state()).toBe("authenticating");
    expect(await (await open(callback, { cookie: `user=${name}` })).text()).toContain("You are signed in.");
    expect(await state()).toBe("ready");
  });
});

test("a person who is not the one whose agent it is ends no bound sign-in either", async () => {
  const { result } = await add(APP);
  const started = await open(result?.authUrl ?? "", { "sec-fetch-site": "same-origin" });
  const bound = started.headers.get("set-cookie")?.split(";")[0] ?? "";
  const callback = await consent(started.headers.get("location") ?? "");
  expect(await (await open(callback, { cookie: bound })).text()).toContain("started by somebody else");
  expect(await (await open(callback, { cookie: `${bound}; user=${name}` })).text()).toContain("You are signed in.");
  expect(await state()).toBe("ready");
});
