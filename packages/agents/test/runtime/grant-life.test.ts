// The database file at each step of a grant's life, in real workerd, searched for everything that was secret by the end.
import { createMockMcpServer, ECHO_TOOL } from "@agents-internal/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deskOf } from "./desk.ts";
import { type Scene, startScene, VAULT_KEYS } from "./scene.ts";
import { findTraces } from "./traces.ts";

const MCP = "https://mcp.example";
const ADMIN_TOOL = { name: "wipe", inputSchema: { type: "object" as const }, requiredScopes: ["admin"] };

let scene: Scene;
/** What the provider handed out, by the field it came in. */
const handedOut: Record<string, string[]> = {};
/** Waited for before a token request is answered. */
let beforeTokens: () => Promise<void> = async () => undefined;

beforeAll(async () => {
  scene = await startScene({
    worker: "fixtures/life.js",
    classes: ["Desk"],
    hosts: (authorization) => {
      const protectedBy = { ...authorization, scopes: ["basic"] };
      const tools = [ECHO_TOOL, ADMIN_TOOL];
      return { [MCP]: createMockMcpServer({ url: `${MCP}/mcp`, authorization: protectedBy, tools }).handler };
    },
    authorization: { quirks: ["refresh-rotation", "registration-managed"] },
  });
  scene.intercept((request) => {
    const { origin, pathname } = new URL(request.url);
    if (origin === MCP) return forgetsToken ? refuseOnce() : scene.network.fetch(asBearer(request));
    if (pathname.startsWith("/.well-known/")) return change(request, withoutPublicClients);
    if (pathname === "/token") return beforeTokens().then(() => change(request, asBound));
    return pathname === "/register" ? change(request, (answer) => answer) : null;
  });
});
afterAll(() => scene.dispose());

/** As a server does that was started anew. */
let forgetsToken = false;
async function refuseOnce(): Promise<Response> {
  forgetsToken = false;
  return new Response(null, { status: 401, headers: { "www-authenticate": 'DPoP error="invalid_token"' } });
}

/** The mock server knows nothing of proofs. */
function asBearer(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.set("authorization", (headers.get("authorization") ?? "").replace(/^DPoP /, "Bearer "));
  return new Request(request, { headers });
}
type Answer = Readonly<Record<string, unknown>>;
const withoutPublicClients = (answer: Answer) => ({
  ...answer,
  token_endpoint_auth_methods_supported: ["client_secret_basic"],
});
const asBound = (answer: Answer) => ({ ...answer, token_type: "DPoP" });

async function change(request: Request, to: (answer: Answer) => Answer): Promise<Response> {
  const response = await scene.network.fetch(request);
  const answer = to((await response.json()) as Answer);
  for (const name of ["access_token", "refresh_token", "client_secret", "registration_access_token"]) {
    const value = answer[name];
    if (typeof value === "string") (handedOut[name] ??= []).push(value);
  }
  return Response.json(answer, { status: response.status });
}

const NAVIGATION = { "sec-fetch-site": "same-origin", "sec-fetch-dest": "document" };

test("K03 ★ at no step of its life does the database file hold anything of a grant", async () => {
  const desk = deskOf(scene, "life");
  const steps: Record<string, string> = {};
  const atRest: Record<string, readonly string[]> = {};
  const seen: Record<string, string[]> = { state: [], cookie: [] };
  const take = async (step: string) => {
    atRest[step] = await desk.work<string[]>("secretsAtRest");
    steps[step] = scene.runtime.dump();
  };

  // Offered and opened, step by step.
  const { id, authUrl } = await desk.add("mail", `${MCP}/mcp`, { oauth: { dpop: true, waitForSignIn: 0 } });
  await take("registered, a sign-in on offer");
  const opened = await scene.surf(new Request(authUrl, { headers: NAVIGATION, redirect: "manual" }));
  const location = opened.headers.get("location") ?? "";
  const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
  seen["state"]?.push(new URL(location).searchParams.get("state") ?? "");
  seen["cookie"]?.push(cookie.split("=")[1] ?? "");
  await take("a browser at the provider");

  const yes = new Request(location, { method: "POST", body: "decision=approve", redirect: "manual" });
  const callback = (await scene.surf(yes)).headers.get("location") ?? "";
  beforeTokens = async () => {
    beforeTokens = async () => undefined;
    steps["the code on its way"] = scene.runtime.dump();
  };
  expect((await scene.surf(new Request(callback, { headers: { ...NAVIGATION, cookie } }))).status).toBe(200);
  await desk.settled();
  await take("signed in");

  forgetsToken = true;
  expect(await desk.call(id, "renew")).toEqual({ text: "renew" });
  expect(scene.as.tokenRequests.at(-1)).toMatchObject({ grant_type: "refresh_token" });
  await take("renewed");

  expect(await desk.failure("mcp.callTool", { serverId: id, name: "wipe" })).toMatchObject({
    code: "insufficient-scope",
  });
  await take("more permission asked for");
  await scene.approve((await desk.state()).servers[id]?.auth_url ?? "");
  await desk.settled();
  await desk.work("mcp.callTool", { serverId: id, name: "wipe" });
  await take("more permission granted");

  expect(await desk.work("signOutMcpServer", id)).toEqual({ refreshToken: "revoked", accessToken: "revoked" });
  await take("signed out");
  await desk.work("mcp.establishConnection", id);
  await scene.approve((await desk.state()).servers[id]?.auth_url ?? "");
  await desk.settled();
  await take("signed in again");
  expect(await desk.work("removeMcpServer", id)).toEqual({
    refreshToken: "revoked",
    accessToken: "revoked",
    registration: "deleted",
  });
  await take("removed");

  // That there was something to be found at each step.
  const signedIn = ["client", "proof-key", "registration", "session", "tokens"];
  expect(atRest).toEqual({
    "registered, a sign-in on offer": ["client", "registration"],
    "a browser at the provider": ["client", "registration", "verifier"],
    "signed in": signedIn,
    renewed: signedIn,
    "more permission asked for": signedIn,
    "more permission granted": signedIn,
    "signed out": ["client", "registration"],
    "signed in again": signedIn,
    removed: [],
  });
  expect(await desk.work("rowsOfServers")).toEqual([]);
  const requests = scene.as.tokenRequests;
  const texts = (values: readonly (string | undefined)[]) => values.filter((value) => value !== undefined);
  const secrets: Readonly<Record<string, readonly string[]>> = {
    ...handedOut,
    ...seen,
    code: texts(requests.map(({ code }) => code)),
    verifier: texts(requests.map(({ code_verifier: verifier }) => verifier)),
    "private key": await desk.work<string[]>("privateKeys"),
    "vault key": [VAULT_KEYS.slice(3)],
  };
  const found = Object.fromEntries(Object.entries(secrets).map(([kind, { length }]) => [kind, length > 0]));
  expect(found).toEqual(Object.fromEntries(Object.keys(secrets).map((kind) => [kind, true])));
  expect(Object.keys(secrets)).toHaveLength(10);
  for (const value of Object.values(secrets).flat()) expect(value.length).toBeGreaterThan(15);

  for (const [step, file] of Object.entries(steps)) {
    // What lies there in clear is found, so the right bytes are searched.
    if (step !== "removed") expect([step, findTraces(file, [`${MCP}/mcp`])]).toEqual([step, [`${MCP}/mcp`]]);
    expect([step, findTraces(file, Object.values(secrets).flat())]).toEqual([step, []]);
  }
}, 60_000);

test("the provider is told the app's name and never the agent's", async () => {
  const desk = deskOf(scene, "a-person-by-name");
  await desk.add("mail", `${MCP}/mcp`);
  const { redirect_uris: redirectUris, ...told } = scene.as.registrations.at(-1) ?? {};
  expect(told).toMatchObject({ client_name: new URL(scene.runtime.origin).host });
  expect(JSON.stringify(told)).not.toContain("a-person");
  // Where the browser comes back to is the agent's address, unless the app names another.
  expect(redirectUris).toEqual([`${scene.runtime.origin}${desk.path}/callback`]);
});
