// The whole life of a grant at two authorization servers that others wrote, and what they know of it in the end.
import { createMockMcpServer } from "@agents-internal/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Desk, deskOf } from "./desk.ts";
import { type Runtime, startRuntime } from "./runtime.ts";
import { type Scene, startScene } from "./scene.ts";
import { startStrictProvider, type StrictProvider } from "./strict-provider.ts";

const STRICT = "https://strict.example";
const NOTES = "https://notes.example";
const PLATFORM = "https://platform.example";

let strict: StrictProvider;
let platform: Runtime;
let scene: Scene;
let desk: Desk;
let instance = 0;
/** Form and answer of every token request. */
let exchanges: { readonly form: URLSearchParams; readonly answer: Readonly<Record<string, unknown>> }[] = [];

beforeAll(async () => {
  strict = await startStrictProvider({ issuer: STRICT, resource: `${NOTES}/mcp` });
  platform = await startRuntime({
    entry: new URL("fixtures/oauth-provider.js", import.meta.url).pathname,
    classes: [],
    kvNamespaces: ["OAUTH_KV"],
    internet: () => Promise.resolve(new Response(null, { status: 404 })),
  });
  const notes = createMockMcpServer({ url: `${NOTES}/mcp`, faults: ["no-stream"] });
  scene = await startScene({
    worker: "fixtures/desk.js",
    classes: ["Desk"],
    hosts: () => ({
      [STRICT]: strict.handler,
      [NOTES]: strict.protect(`${NOTES}/mcp`, notes.handler),
      [PLATFORM]: (request) => platform.fetchAs(request),
    }),
  });
  scene.intercept(async (request) => {
    const isToken = request.method === "POST" && new URL(request.url).pathname.endsWith("/token");
    const form = new URLSearchParams(isToken ? await request.clone().text() : "");
    const response = await scene.network.fetch(request);
    if (isToken) exchanges.push({ form, answer: (await response.clone().json()) as Record<string, unknown> });
    return response;
  });
});
afterAll(async () => {
  await scene.dispose();
  await platform.dispose();
  await strict.dispose();
});
beforeEach(() => {
  desk = deskOf(scene, `real-${(instance += 1)}`);
  exchanges = [];
});

const granted = () => exchanges.filter(({ answer }) => typeof answer["access_token"] === "string");
const tokensOf = ({ answer }: (typeof exchanges)[number]) => [
  String(answer["access_token"]),
  String(answer["refresh_token"]),
];

/** Signs in, calls, renews at the end of the token, calls again. */
async function live(url: string, oauth: object, endToken: () => Promise<unknown>): Promise<string> {
  const { id, authUrl } = await desk.add("server", url, { oauth });
  expect((await scene.approve(authUrl)).html).toContain("You are signed in.");
  expect((await desk.settled()).servers[id]).toMatchObject({ state: "ready" });
  expect(await desk.call(id, "first")).toEqual({ text: "first" });
  await endToken();
  const before = granted().length;
  const texts = Array.from({ length: 20 }, (_, index) => `later ${index}`);
  expect(await Promise.all(texts.map((text) => desk.call(id, text)))).toEqual(texts.map((text) => ({ text })));
  expect(granted().length - before).toBe(1);
  // Bound to the server's address in each request, whatever the provider makes of it.
  for (const { form } of exchanges) expect(form.get("resource")).toBe(url);
  return id;
}

describe("oidc-provider, strict", () => {
  test.each([
    ["Bearer tokens", {}, "Bearer"],
    ["tokens bound to a key, with nonces", { dpop: true }, "DPoP"],
  ])("%s: signed in, renewed with rotation, and gone there when the server is removed", async (_kind, oauth, type) => {
    const id = await live(`${NOTES}/mcp`, oauth, () => strict.end(String(granted()[0]?.answer["access_token"])));
    const [first, second] = granted();
    expect(first?.answer["token_type"]).toBe(type);
    expect(second?.answer["refresh_token"]).not.toBe(first?.answer["refresh_token"]);
    const [access = "", refresh = ""] = second === undefined ? [] : tokensOf(second);
    expect(await strict.knows(refresh)).toBe("refresh");
    await desk.work("removeMcpServer", id);
    for (const token of granted().flatMap(tokensOf)) expect(await strict.knows(token)).toBeNull();
    expect([access, refresh]).not.toContain("");
    expect((await desk.state()).servers).toEqual({});
  });
});

describe("workers-oauth-provider", () => {
  const ask = async (path: string, init?: RequestInit) => platform.fetchAs(new Request(`${PLATFORM}${path}`, init));
  const grants = async () => (await (await ask("/grants")).json()) as unknown[];

  test("signed in, renewed with rotation, and gone there when the server is removed", async () => {
    const id = await live(`${PLATFORM}/mcp`, {}, async () => {
      expect(await (await ask("/expire")).json()).toBe(1);
    });
    expect(await grants()).toHaveLength(1);
    const [first, last] = granted();
    expect(last?.answer["refresh_token"]).not.toBe(first?.answer["refresh_token"]);
    const [access = "", refresh = ""] = last === undefined ? [] : tokensOf(last);
    const use = { method: "POST", headers: { authorization: `Bearer ${access}` } };
    expect((await ask("/mcp", use)).status).not.toBe(401);

    await desk.work("removeMcpServer", id);
    expect(await grants()).toEqual([]);
    expect((await ask("/mcp", use)).status).toBe(401);
    const body = new URLSearchParams(last?.form);
    body.set("refresh_token", refresh);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const refused = await ask("/oauth/token", { method: "POST", headers, body: body.toString() });
    expect(await refused.json()).toMatchObject({ error: "invalid_grant" });
  });
});
