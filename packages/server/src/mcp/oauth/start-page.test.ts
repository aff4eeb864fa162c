import { describe, expect, test } from "vitest";
import { CALLBACK, createScene, UNAUTHORIZED } from "../../../test/node/oauth-scene.ts";

async function offered(options: Parameters<typeof createScene>[0] = {}) {
  const scene = createScene(options);
  const flow = await scene.oauth.begin(scene.target, UNAUTHORIZED);
  const open = (headers: Record<string, string>, method = "GET") =>
    scene.oauth.start(new Request(flow.startUrl, { method, headers }), flow.id, scene.target);
  const attempts = () => scene.ports.sql.all("SELECT attempt_id, cookie_hash FROM agents_mcp_oauth_attempts").length;
  return { scene, flow, open, attempts };
}

const OWN = { "sec-fetch-site": "same-origin", "sec-fetch-dest": "document" };

test("a page of this origin opens it: the browser goes straight to the provider, with the attempt's own values", async () => {
  const { open } = await offered();
  const response = await open(OWN);
  const location = new URL(response.headers.get("location") ?? "");
  expect(response.status).toBe(302);
  expect(location.origin + location.pathname).toBe("https://as.example/authorize");
  const parameters = Object.fromEntries(location.searchParams);
  expect(parameters).toMatchObject({
    response_type: "code",
    redirect_uri: CALLBACK,
    scope: "read write",
    code_challenge_method: "S256",
    resource: "https://mcp.example/mcp",
  });
  expect(parameters["state"]).toMatch(/^[\w-]{43}$/);
  expect(parameters["code_challenge"]).toMatch(/^[\w-]{43}$/);
});

test("the cookie cannot be planted by a sibling host, read by a script, or sent along by a strange page's request", async () => {
  const { open } = await offered();
  const cookie = (await open(OWN)).headers.get("set-cookie");
  expect(cookie).toMatch(/^__Host-agents-mcp-\w+=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/);
  const local = await offered({ callbackUrl: "http://localhost:8787/agents/a/b/callback" });
  expect((await local.open(OWN)).headers.get("set-cookie")).toMatch(
    /^agents-mcp-\w+=[\w-]{43}; Path=\/agents\/a\/b\/callback; HttpOnly; SameSite=Lax; Max-Age=600$/,
  );
});

test("each opening is an attempt of its own, and only the newest five are kept", async () => {
  const { open, attempts, scene } = await offered();
  const first = await open(OWN);
  const names = new Set<string | undefined>();
  for (let count = 0; count < 7; count += 1) names.add((await open(OWN)).headers.get("set-cookie")?.split("=")[0]);
  expect(names.size).toBe(7);
  expect(attempts()).toBe(5);
  expect(scene.ports.sql.all("SELECT * FROM agents_mcp_vault_secrets WHERE kind = 'verifier'")).toHaveLength(5);
  const answer = scene.provider.consent(first.headers.get("location") ?? "");
  expect(await scene.oauth.acceptCallback(scene.back(answer, first.headers.get("set-cookie")))).toMatchObject({
    code: "flow-unknown",
  });
});

test.each([
  ["a mailed link", { "sec-fetch-site": "none", "sec-fetch-dest": "document" }],
  ["another site", { "sec-fetch-site": "cross-site", "sec-fetch-dest": "document" }],
  ["a sibling host", { "sec-fetch-site": "same-site", "sec-fetch-dest": "document" }],
  ["a frame of this origin", { "sec-fetch-site": "same-origin", "sec-fetch-dest": "iframe" }],
  ["an old browser", {}],
])("%s is asked first: app, server and provider are named, nothing has begun", async (_name, headers) => {
  const { open, attempts } = await offered({ deps: { appName: "My <app>" } });
  const response = await open(headers as Record<string, string>);
  const html = await response.text();
  expect(response.status).toBe(200);
  expect(html).toContain("My &#60;app&#62;");
  expect(html).toContain("Example &#60;server&#62;");
  expect(html).toContain("as.example");
  expect(html).toContain('<form method="post">');
  expect(response.headers.get("set-cookie")).toBeNull();
  expect(attempts()).toBe(0);
  const policy = response.headers.get("content-security-policy");
  expect(policy).toContain("form-action 'self' https://as.example https:;");
  expect(policy).toContain("frame-ancestors 'none'");
  // Anything stricter and the form below would arrive with `Origin: null`.
  expect(response.headers.get("referrer-policy")).toBe("same-origin");
});

test("the question's own form goes on, a foreign one does not", async () => {
  const { open, attempts } = await offered();
  for (const headers of [
    {},
    { origin: "null" },
    { origin: "https://evil.example" },
    { origin: "http://app.example" },
    { origin: "https://app.example:444" },
  ]) {
    expect((await open(headers as Record<string, string>, "POST")).status).toBe(403);
  }
  expect(attempts()).toBe(0);
  const response = await open({ origin: "https://app.example" }, "POST");
  expect(response.status).toBe(303);
  expect(response.headers.get("set-cookie")).not.toBeNull();
});

test.each([
  ["HEAD", {}, "HEAD"],
  ["prefetch", { ...OWN, "sec-purpose": "prefetch" }, "GET"],
  ["old prefetch", { ...OWN, purpose: "prefetch" }, "GET"],
  ["PUT", OWN, "PUT"],
])("%s begins nothing", async (_name, headers, method) => {
  const { open, attempts } = await offered();
  const response = await open(headers as Record<string, string>, method);
  expect(response.headers.get("location")).toBeNull();
  expect(attempts()).toBe(0);
});

test("an unknown, an ended and a foreign flow are a plain page", async () => {
  const { scene, flow, open } = await offered();
  const page = async (flowId: string, target = scene.target) =>
    (await scene.oauth.start(new Request(`${CALLBACK}?flow=${flowId}`, { headers: OWN }), flowId, target)).status;
  expect(await page("unknown")).toBe(404);
  expect(await page(flow.id, { ...scene.target, serverId: "other" })).toBe(404);
  scene.ports.advance(3_600_000);
  expect((await open(OWN)).status).toBe(404);
});

test("parameters the provider's address already carries are replaced", async () => {
  const scene = createScene();
  scene.provider.metadata["authorization_endpoint"] =
    "https://as.example/authorize?tenant=t&redirect_uri=https://evil/&state=x&state=y&client_id=z&scope=all";
  const { location } = await scene.start(await scene.oauth.begin(scene.target, UNAUTHORIZED));
  const { searchParams } = new URL(location);
  expect(searchParams.get("tenant")).toBe("t");
  expect(searchParams.getAll("redirect_uri")).toEqual([CALLBACK]);
  expect(searchParams.getAll("state")).toHaveLength(1);
  expect(searchParams.getAll("client_id")[0]).toMatch(/^client-/);
});

test.each([
  ["a page of the app on another origin", { referer: "https://dash.example/servers" }, "go"],
  ["the same without a Referer", {}, "ask"],
  ["a page of somebody else", { referer: "https://evil.example/https://dash.example" }, "ask"],
  ["a page whose host only begins the same", { referer: "https://dash.example.evil.example/" }, "ask"],
  ["a frame of the app", { referer: "https://dash.example/", "sec-fetch-dest": "iframe" }, "ask"],
] as const)("%s opens it", async (_who, headers, intent) => {
  const { open } = await offered({ deps: { appOrigins: ["https://dash.example"] } });
  const response = await open({ "sec-fetch-site": "cross-site", "sec-fetch-dest": "document", ...headers });
  expect(response.status).toBe(intent === "go" ? 302 : 200);
});

test("the question names the app, the server, the provider, the agent whose account it would be, and what is asked for", async () => {
  const { open } = await offered({ deps: { appName: "Notes <app>" } });
  const html = await (await open({ "sec-fetch-site": "none" })).text();
  expect(html).toContain("Notes &#60;app&#62;");
  expect(html).toContain("Example &#60;server&#62;");
  expect(html).toContain("as.example");
  expect(html).toContain("for the agent <strong>test</strong>");
  expect(html).toContain("It will ask for: read, write.");
});

test("an agent whose name its address does not show is not named", async () => {
  const { open } = await offered({ callbackUrl: "https://app.example/oauth/return" });
  expect(await (await open({ "sec-fetch-site": "none" })).text()).not.toContain("for the agent");
});

describe("a sign-in that is opened once more", () => {
  const opened = async (scene: ReturnType<typeof createScene>, times: number, options = scene.target) => {
    const flow = await scene.oauth.begin(options, UNAUTHORIZED);
    const starts = [];
    for (let time = 0; time < times; time += 1) starts.push(await scene.start(flow, options));
    const ids = starts.map(({ location }) => new URL(location).searchParams.get("client_id"));
    return { starts, ids, registrations: scene.provider.count("/register") };
  };

  test("goes to the provider as a client that is registered anew, once", async () => {
    const scene = createScene();
    expect((await opened(scene, 4)).registrations).toBe(2);
  });

  test("can still be ended where it was opened first", async () => {
    const scene = createScene();
    const { starts } = await opened(scene, 2);
    const { location = "", cookie = "" } = starts[0] ?? {};
    const verdict = await scene.oauth.acceptCallback(scene.back(scene.provider.consent(location), cookie));
    if (verdict.kind !== "accepted") throw new Error(verdict.kind);
    await expect(scene.oauth.redeem(verdict.attemptId, scene.target)).resolves.toBeDefined();
  });

  test("keeps a client that was registered by hand, and the present one where no other is to be had", async () => {
    const byHand = createScene({ oauth: { client: { clientId: "by-hand" } } });
    expect((await opened(byHand, 2)).ids).toEqual(["by-hand", "by-hand"]);
    const refusing = createScene();
    const flow = await refusing.oauth.begin(refusing.target, UNAUTHORIZED);
    const first = await refusing.start(flow);
    refusing.provider.overrides.set("https://as.example/register", () => new Response(null, { status: 503 }));
    const second = await refusing.start(flow);
    const idOf = ({ location }: { location: string }) => new URL(location).searchParams.get("client_id");
    expect(idOf(second)).toBe(idOf(first));
  });
});
