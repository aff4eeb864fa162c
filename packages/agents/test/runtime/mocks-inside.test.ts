// The mocks of `agents/testing` run in workerd as they do in Node.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deskOf } from "./desk.ts";
import { type Runtime, startRuntime } from "./runtime.ts";
import { type Scene, startScene } from "./scene.ts";

describe("a provider that is a Durable Object", () => {
  let inside: Runtime;
  let scene: Scene;

  /** To the Worker that stands for the provider, which answers with streams, too. */
  async function reach(request: Request): Promise<Response> {
    const { method, url } = request;
    const headers = new Headers(request.headers);
    headers.set("x-meant", url);
    const body = method === "GET" || method === "HEAD" ? null : await request.text();
    const { status, headers: answered, body: content } = await inside.fetch("/", { method, headers, body });
    const kept = [...answered].filter(([name]) => name !== "content-encoding" && name !== "transfer-encoding");
    return new Response(content, { status, headers: kept });
  }
  const told = async (path: string) =>
    (await (await inside.fetch(path)).json()) as { readonly grants: readonly string[]; readonly revoked: number };

  beforeAll(async () => {
    inside = await startRuntime({
      entry: new URL("fixtures/mock-provider.js", import.meta.url).pathname,
      classes: ["Provider"],
      internet: () => Promise.reject(new TypeError("fetch failed")),
    });
    scene = await startScene({
      worker: "fixtures/desk.js",
      classes: ["Desk"],
      hosts: () => ({ "https://mcp.example": reach, "https://as.example": reach }),
    });
  });
  afterAll(async () => {
    await scene.dispose();
    await inside.dispose();
  });

  test("is signed in to, called, heard when its tools change, renewed at, and left", async () => {
    const desk = deskOf(scene, "ada");
    const watcher = scene.watch("desk", "ada");
    const { id, authUrl } = await desk.add("notes", "https://mcp.example/mcp");
    expect((await scene.approve(authUrl)).status).toBe(200);
    expect((await desk.settled()).servers[id]?.state).toBe("ready");
    expect(await desk.call(id, "hello")).toEqual({ text: "hello" });

    await told("/change");
    await watcher.until(({ tools }) => tools.some(({ name }) => name === "another"));

    await told("/end");
    expect(await desk.failure("mcp.callTool", { serverId: id, name: "another" })).toMatchObject({
      code: "authorization-required",
    });
    expect((await desk.state()).servers[id]).toMatchObject({ state: "authenticating", auth_reason: "revoked" });
    await scene.approve((await desk.state()).servers[id]?.auth_url ?? "");
    expect((await desk.settled()).servers[id]?.state).toBe("ready");

    expect(await desk.work("removeMcpServer", id)).toMatchObject({ refreshToken: "revoked", accessToken: "revoked" });
    const { grants, revoked } = await told("/facts");
    expect(grants.slice(0, 3)).toEqual(["authorization_code", "refresh_token", "authorization_code"]);
    // Both tokens, and the refresh token of the sign-in before.
    expect(revoked).toBe(3);
  });
});

test("a mock network that takes the place of fetch in the Worker itself is all the internet there is", async () => {
  const asked: string[] = [];
  const scene = await startScene({
    worker: "fixtures/mocked-inside.js",
    classes: ["Desk"],
    hosts: () => ({}),
  });
  scene.intercept((request) => {
    asked.push(request.url);
    return null;
  });
  try {
    const desk = deskOf(scene, "grace");
    const { id, authUrl } = await desk.add("notes", "https://mcp.example/mcp");
    const end = await (await scene.ask(`/browse?url=${encodeURIComponent(authUrl)}`)).json();
    expect(end).toMatchObject({ status: 200, url: expect.stringContaining(`${desk.path}/callback`) });
    expect((await desk.settled()).servers[id]?.state).toBe("ready");
    expect(await desk.call(id, "hello")).toEqual({ text: "hello" });
    expect(await desk.work("granted")).toEqual(["authorization_code"]);
    expect(asked).toEqual([]);
  } finally {
    await scene.dispose();
  }
});
