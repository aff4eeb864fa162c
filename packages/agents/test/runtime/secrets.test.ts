// Where secrets are not: in frames, in answers to browsers, in the log, in the database, and with nobody who lacks the key.
import { createMockMcpServer } from "@agents-internal/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Added, type Desk, deskOf } from "./desk.ts";
import { ISSUER, type Scene, startScene, VAULT_KEYS } from "./scene.ts";
import { findTraces, tracesOf } from "./traces.ts";
import { allAre } from "./watch.ts";

const OAUTH = "https://oauth.example";
const CONFIDENTIAL = "https://confidential.example";
const HEADERS = "https://headers.example";
const CLIENT_SECRET = "client-secret-canary-7f3a9c";
const HEADER_VALUE = "header-canary-51b2e8d0";
const OTHER_KEY = { AGENTS_VAULT_KEYS: `k2:${Buffer.alloc(32, 8).toString("base64")}` };

let scene: Scene;
/** Bodies of all answers of the token endpoint. */
const issued: Record<string, unknown>[] = [];

beforeAll(async () => {
  scene = await startScene({
    worker: "fixtures/desk.js",
    classes: ["Desk"],
    hosts: (authorization) => ({
      [OAUTH]: createMockMcpServer({ url: `${OAUTH}/mcp`, authorization }).handler,
      [CONFIDENTIAL]: createMockMcpServer({ url: `${CONFIDENTIAL}/mcp`, authorization }).handler,
      [HEADERS]: createMockMcpServer({
        url: `${HEADERS}/mcp`,
        requireHeader: { name: "x-api-key", value: HEADER_VALUE },
      }).handler,
    }),
    authorization: {
      // A token ends so soon that each use renews it.
      accessTokenTtl: 30,
      quirks: ["refresh-rotation"],
      clients: [{ clientId: "by-hand", clientSecret: CLIENT_SECRET, redirectUris: redirectUris() }],
    },
  });
  scene.intercept((request) =>
    request.url === `${ISSUER}/token`
      ? scene.network.fetch(request).then(async (response) => {
          issued.push((await response.clone().json()) as Record<string, unknown>);
          return response;
        })
      : null,
  );
});
afterAll(() => scene.dispose());

/** Registered by hand before the port is known: filled in when it is. */
const redirects: string[] = [];
function redirectUris(): readonly string[] {
  return redirects;
}

/** Three servers, with every kind of secret there is. */
async function connectAll(desk: Desk): Promise<readonly Added[]> {
  redirects.push(`${scene.runtime.origin}${desk.path}/callback`);
  const client = { clientId: "by-hand", clientSecret: CLIENT_SECRET, issuer: ISSUER };
  const added = [
    await desk.add("oauth", `${OAUTH}/mcp`),
    await desk.add("confidential", `${CONFIDENTIAL}/mcp`, { oauth: { client } }),
    await desk.add("headers", `${HEADERS}/mcp`, { transport: { headers: { "x-api-key": HEADER_VALUE } } }),
  ];
  for (const { authUrl } of added) if (authUrl) expect((await scene.approve(authUrl)).status).toBe(200);
  expect(states(await desk.settled())).toEqual(["oauth ready", "confidential ready", "headers ready"]);
  return added;
}
const states = ({ servers }: Awaited<ReturnType<Desk["state"]>>) =>
  Object.values(servers).map(({ name, state }) => `${name} ${state}`);

/** Everything that was secret so far, by what it is. */
function canaries(): Readonly<Record<string, readonly string[]>> {
  const texts = (values: readonly unknown[]) => values.filter((value): value is string => typeof value === "string");
  const { tokenRequests } = scene.as;
  return {
    access: texts(issued.map(({ access_token }) => access_token)),
    refresh: texts(issued.map(({ refresh_token }) => refresh_token)),
    code: texts(tokenRequests.map(({ code }) => code)),
    verifier: texts(tokenRequests.map(({ code_verifier }) => code_verifier)),
    given: [CLIENT_SECRET, HEADER_VALUE, VAULT_KEYS.slice(3)],
  };
}

test("a trace is found in whatever form and place it lies", () => {
  const secret = "canary-0123456789-tail";
  for (const form of ["base64", "base64url", "hex"] as const) {
    for (const before of ["", "x", "xy", "xyz"]) {
      const text = Buffer.from(`${before}${secret} and more`).toString(form);
      expect(findTraces(text, [secret])).toEqual([secret]);
      expect(findTraces(Buffer.from(`${before}canary-0123456789-tall`).toString(form), [secret])).toEqual([]);
    }
  }
  expect(tracesOf(secret).every((trace) => trace.length > 20)).toBe(true);
});

test("K01 K02 no frame, answer, log line, database file, timeline or report holds a secret", async () => {
  const desk = deskOf(scene, "canaries");
  const watcher = scene.watch("desk", "canaries");
  const added = await connectAll(desk);
  await watcher.until(allAre("ready"));
  for (const { id } of added) expect(await desk.call(id, "hello")).toEqual({ text: "hello" });
  await watcher.client.call("work", ["mcp.listServers"]);
  await desk.failure("mcp.callTool", { serverId: added[0]?.id, name: "nothing" });
  await scene.ask(`${desk.path}/callback?code=stray&state=stray`);

  const told = await Promise.all(added.map(({ id }) => desk.work<object[]>("mcp.getTimeline", id)));
  const reports = await Promise.all(added.map(({ id }) => desk.work<string>("mcp.report", id)));

  const secrets = canaries();
  for (const [kind, values] of Object.entries(secrets)) expect([kind, values.length > 1]).toEqual([kind, true]);
  const all = Object.values(secrets).flat();
  const visible = {
    frames: scene.frames.join("\n"),
    answers: scene.answers.join("\n"),
    log: scene.runtime.output.join("\n"),
    database: scene.runtime.dump(),
    timelines: JSON.stringify(told),
    reports: reports.join("\n"),
  };
  // What must be there, so that nothing is searched in vain.
  expect(visible.frames).toContain(`${OAUTH}/mcp`);
  expect(visible.answers).toContain("code_challenge=");
  expect(visible.log).toContain("oauth-signed-in");
  expect(visible.database).toContain(`${HEADERS}/mcp`);
  expect(visible.timelines).toContain('"token-obtained"');
  expect(visible.reports).toContain("signed-in · now connecting");
  for (const [place, text] of Object.entries(visible)) expect([place, findTraces(text, all)]).toEqual([place, []]);
});

test.each([
  ["without the key", {}],
  ["with another key", OTHER_KEY],
])(
  "K05 %s nothing opens, nothing is sent or deleted, and the right key makes it work again",
  async (what, bindings) => {
    const desk = deskOf(scene, what.replaceAll(" ", "-"));
    const added = await connectAll(desk);
    const before = await desk.state();
    await scene.runtime.restart(bindings);
    const sent = scene.as.tokenRequests.length;
    scene.network.forget();
    expect(await desk.state()).toMatchObject({ servers: before.servers, tools: before.tools });
    for (const { id } of added) {
      const failure = await desk.failure("mcp.callTool", { serverId: id, name: "echo", arguments: {} });
      expect(failure).toMatchObject({ name: "McpError", code: "vault-locked" });
    }
    const used = scene.network.requests.filter(({ headers }) => headers["authorization"] ?? headers["x-api-key"]);
    expect(used).toEqual([]);
    const locked = (await desk.state()).servers;
    expect(Object.keys(locked)).toEqual(Object.keys(before.servers));
    const shown = Object.values(locked).map(({ name, state, error_code }) => `${name} ${state} ${error_code}`);
    expect(shown).toEqual([
      "oauth failed vault-locked",
      "confidential failed vault-locked",
      "headers failed vault-locked",
    ]);

    await scene.runtime.restart({ AGENTS_VAULT_KEYS: VAULT_KEYS });
    expect(states(await desk.settled())).toEqual(["oauth ready", "confidential ready", "headers ready"]);
    for (const { id } of added) expect([id, await desk.call(id, "again")]).toEqual([id, { text: "again" }]);
    const codes = scene.as.tokenRequests.slice(sent).filter(({ grant_type }) => grant_type === "authorization_code");
    expect(codes).toEqual([]);
  },
);
