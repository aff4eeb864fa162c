// The whole life of a grant, from adding the server to its removal, with the process killed at each point in turn.
import { createMockMcpServer, ECHO_TOOL } from "@agents-internal/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Desk, DeskError, deskOf } from "./desk.ts";
import { ISSUER, type Scene, startScene } from "./scene.ts";

const GUARDED = "https://guarded.example";
const ID = "mine";
const HOUR = 3_600_000;
const WIPE_TOOL = { name: "wipe", inputSchema: { type: "object" as const }, requiredScopes: ["admin"] };

/** A request of the agent, by what it is for. */
async function labelOf(request: Request): Promise<string> {
  const { origin, pathname } = new URL(request.url);
  if (pathname.startsWith("/.well-known/")) return origin === ISSUER ? "provider metadata" : "resource metadata";
  const body = await request.clone().text();
  if (origin === ISSUER) {
    const form = new URLSearchParams(body);
    return [pathname.slice(1), form.get("grant_type") ?? form.get("token_type_hint")].filter(Boolean).join(" ");
  }
  if (request.method !== "POST") return request.method;
  const { method, params } = JSON.parse(body) as { method: string; params?: { name?: string } };
  return method === "tools/call" ? `call ${params?.name}` : method;
}

interface Point {
  /** Label and number of the request. */
  readonly at: string;
  readonly number?: number;
  /** `before` it is sent on, or `after` it was answered and before the answer reaches the agent. */
  readonly when: "before" | "after";
  /** Sign-ins that are asked for besides the first one and the one for more permission. */
  readonly extra: 0 | 1;
  /** The provider does not rotate refresh tokens. */
  readonly lasting?: true;
}

/**
 * A code or a rotating refresh token whose answer was lost is spent, and nobody can know it: there, and only there, a
 * person is asked once more. A code is spent for us as soon as it may have been sent (RFC 6749 section 4.1.2).
 */
const POINTS: readonly Point[] = [
  { at: "server/discover", when: "before", extra: 0 },
  { at: "server/discover", when: "after", extra: 0 },
  { at: "resource metadata", when: "after", extra: 0 },
  { at: "provider metadata", when: "after", extra: 0 },
  { at: "register", when: "before", extra: 0 },
  { at: "register", when: "after", extra: 0 },
  { at: "token authorization_code", when: "before", extra: 1 },
  { at: "token authorization_code", when: "after", extra: 1 },
  { at: "server/discover", number: 2, when: "before", extra: 0 },
  { at: "initialize", when: "after", extra: 0 },
  { at: "tools/list", when: "before", extra: 0 },
  { at: "tools/list", when: "after", extra: 0 },
  { at: "call echo", when: "before", extra: 0 },
  { at: "call echo", when: "after", extra: 0 },
  { at: "call echo", number: 2, when: "after", extra: 0 },
  { at: "token refresh_token", when: "before", extra: 0 },
  { at: "token refresh_token", when: "after", extra: 1 },
  { at: "token refresh_token", when: "after", extra: 0, lasting: true },
  { at: "call echo", number: 3, when: "before", extra: 0 },
  { at: "call echo", number: 3, when: "after", extra: 0 },
  { at: "call wipe", when: "after", extra: 0 },
  { at: "resource metadata", number: 2, when: "after", extra: 0 },
  { at: "token authorization_code", number: 2, when: "before", extra: 1 },
  { at: "token authorization_code", number: 2, when: "after", extra: 1 },
  { at: "initialize", number: 2, when: "after", extra: 0 },
  { at: "tools/list", number: 2, when: "after", extra: 0 },
  { at: "call wipe", number: 2, when: "after", extra: 0 },
  { at: "revoke refresh_token", when: "before", extra: 0 },
  { at: "revoke refresh_token", when: "after", extra: 0 },
  { at: "revoke access_token", when: "before", extra: 0 },
  { at: "revoke access_token", when: "after", extra: 0 },
];

let scene: Scene;
let desk: Desk;
let instance = 0;
let ahead = 0;

beforeAll(async () => {
  scene = await startScene({
    worker: "fixtures/desk.js",
    classes: ["Desk"],
    authorization: { clock: { now: () => Date.now() + ahead, sleep: () => Promise.resolve() } },
    hosts: (authorization) => ({
      [GUARDED]: createMockMcpServer({
        url: `${GUARDED}/mcp`,
        authorization: { ...authorization, scopes: ["basic"] },
        tools: [ECHO_TOOL, WIPE_TOOL],
        faults: ["no-stream"],
      }).handler,
    }),
  });
});
afterAll(() => scene.dispose());
beforeEach(() => void (desk = deskOf(scene, `killed-${(instance += 1)}`)));
afterEach(() => scene.intercept(null));

/** Kills the process at a point. `done` says whether that has happened. */
function killAt({ at, number = 1, when }: Point) {
  let seen = 0;
  let crash: Promise<void> | null = null;
  const strike = (): Promise<Response> => {
    crash = scene.runtime.crash();
    return new Promise(() => undefined);
  };
  scene.intercept(async (request) => {
    const hits = crash === null && (await labelOf(request)) === at && (seen += 1) === number;
    if (hits && when === "before") return strike();
    const response = await scene.network.fetch(request);
    return hits ? strike() : response;
  });
  return {
    get done() {
      return crash !== null;
    },
    /** The process is up again, if it was killed. */
    recovered: () => crash ?? Promise.resolve(),
  };
}

const NAMED = POINTS.map((point) => {
  const { when, at, number = 1, lasting } = point;
  return [`${when} ${at} ${number}${lasting === true ? " of a token that lasts" : ""}`, point] as const;
});

test.each(NAMED)("killed %s: no grant is lost that need not be", async (_name, point) => {
  const revoked = scene.as.revoked.length;
  scene.as.quirks.clear();
  if (point.lasting !== true) scene.as.quirks.add("refresh-rotation");
  const kill = killAt(point);
  const reasons: (string | null | undefined)[] = [];

  /** As people do: what broke off is looked at, and done again. */
  async function persist<T>(work: () => Promise<T>): Promise<T> {
    for (let round = 0; ; round += 1) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof DeskError || !kill.done || round === 3) throw error;
        await kill.recovered();
      }
    }
  }
  const server = async () => (await persist(() => desk.settled())).servers[ID];

  /** Signs in as often as that is asked for. */
  async function signIn(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      const now = await server();
      if (now?.state !== "authenticating") return expect(now).toMatchObject({ state: "ready" });
      reasons.push(now.auth_reason);
      // A window that breaks off is one that the person closes.
      await scene.approve(now.auth_url ?? "").catch(() => kill.recovered());
    }
  }
  async function call(name: string): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      try {
        await persist(() => desk.work("mcp.callTool", { serverId: ID, name, arguments: { text: name } }));
        return;
      } catch (error) {
        if (!(error instanceof DeskError)) throw error;
        await signIn();
      }
    }
    throw new Error(`${name} never went well`);
  }

  await persist(() => desk.add("server", `${GUARDED}/mcp`, { id: ID }));
  await signIn();
  await call("echo");
  ahead += HOUR;
  await call("echo");
  await call("wipe");
  await persist(() => desk.work("removeMcpServer", ID));

  expect(kill.done).toBe(true);
  // One for the server, one for more permission; and why there was another one can be seen.
  expect(reasons).toHaveLength(2 + point.extra);
  expect(reasons[0]).toBe("sign-in");
  expect((await desk.state()).servers).toEqual({});
  // Gone at the provider, too: the refresh token, then the access token.
  const given = scene.as.revoked.slice(revoked);
  expect(given.length).toBeGreaterThanOrEqual(2);
  for (const token of given) expect(scene.as.check(token, `${GUARDED}/mcp`)).toBeUndefined();
});
