// Where the client of a sign-in comes from, in real workerd: the app's table, a registration, or somebody's hands.
import { createMockMcpServer } from "@agents-internal/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { deskOf } from "./desk.ts";
import { type Scene, startScene, VAULT_KEYS } from "./scene.ts";
import { findTraces } from "./traces.ts";
import { allAre } from "./watch.ts";

const MCP = "https://mcp.example";
const SECRET = "operator-secret-canary-88d1c4";
const CLIENT = { clientId: "by-operator", clientSecret: SECRET };
const TABLE = { AGENTS_OAUTH_CLIENTS: JSON.stringify({ "as.example": CLIENT }) };
const VARIABLES = { CLIENT_ID: CLIENT.clientId, CLIENT_SECRET: SECRET };

let scene: Scene;
const redirects: string[] = [];

beforeAll(async () => {
  scene = await startScene({
    worker: "fixtures/clients.js",
    classes: ["Desk", "Named"],
    hosts: (authorization) => ({ [MCP]: createMockMcpServer({ url: `${MCP}/mcp`, authorization }).handler }),
    authorization: { quirks: ["no-registration"], clients: [{ ...CLIENT, redirectUris: redirects }] },
  });
});
beforeEach(() => scene.network.forget());
afterAll(() => scene.dispose());

const open = (name: string, agent: string) => {
  const desk = deskOf(scene, name, agent);
  redirects.push(`${scene.runtime.origin}${desk.path}/callback`);
  return desk;
};

test.each([
  ["the Worker's variable", "desk", TABLE],
  ["the class", "named", VARIABLES],
])("a client that %s names signs in everywhere, and its secret is in no database", async (_what, agent, bindings) => {
  await scene.runtime.restart({ AGENTS_VAULT_KEYS: VAULT_KEYS, ...bindings });
  const desk = open("table", agent);
  const { id, authUrl } = await desk.add("mail", `${MCP}/mcp`);
  expect((await scene.approve(authUrl)).status).toBe(200);
  expect(Object.values((await desk.settled()).servers)).toMatchObject([{ state: "ready" }]);
  const shown = scene.network.requests.find(({ url }) => url.endsWith("/token"))?.headers["authorization"] ?? "";
  expect(shown === "" ? scene.as.tokenRequests.at(-1)?.["client_secret"] : atob(shown.slice(6))).toContain(SECRET);
  expect(findTraces(scene.runtime.dump(), [SECRET])).toEqual([]);
  await desk.work("removeMcpServer", id);
});

test("without one every tab is shown the redirect URI to register, until somebody has done so", async () => {
  await scene.runtime.restart({ AGENTS_VAULT_KEYS: VAULT_KEYS });
  const desk = open("nobody", "desk");
  const watcher = scene.watch("desk", "nobody");
  expect(await desk.failure("addMcpServer", "mail", `${MCP}/mcp`)).toMatchObject({ code: "client-id-required" });
  const [server] = Object.values((await watcher.until(allAre("failed"))).servers);
  const redirectUri = `${scene.runtime.origin}${desk.path}/callback`;
  expect(server).toMatchObject({ error_code: "client-id-required", redirect_uri: redirectUri });
  expect(server?.error).toContain(`Register the redirect URI ${redirectUri} at https://as.example`);

  await scene.runtime.restart({ AGENTS_VAULT_KEYS: VAULT_KEYS, ...TABLE });
  expect(await desk.add("mail", `${MCP}/mcp`)).toMatchObject({ state: "authenticating" });
});

test("a secret that was forgotten fails the server that needs it, by name, and nothing else", async () => {
  await scene.runtime.restart({ AGENTS_VAULT_KEYS: VAULT_KEYS, CLIENT_ID: CLIENT.clientId });
  const failure = await deskOf(scene, "unset", "named").failure("addMcpServer", "mail", `${MCP}/mcp`);
  expect(failure).toMatchObject({ code: "option-invalid" });
  expect(failure.message).toContain('The client for "as.example" has an empty clientSecret.');
});

test("a configured secret has to say whose it is", async () => {
  const options = { oauth: { client: CLIENT } };
  const failure = await deskOf(scene, "whose").failure("addMcpServer", "mail", `${MCP}/mcp`, options);
  expect(failure).toMatchObject({ code: "option-invalid" });
  expect(failure.message).toContain("issuer names the authorization server");
  expect(scene.network.requests).toEqual([]);
});
