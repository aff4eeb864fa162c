// An agent moves into an object in which the published package 0.32.0 has lived: nobody has to sign in again.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Contents, idOf, INHERITED, inherit, ROWS, startAfterwards, tokenOf } from "./adoption/inheritance.ts";
import { APP, BY_HAND, CALLBACK, HEADER, INSTANCE, SERVERS } from "./adoption/town.ts";
import { type Desk, deskOf } from "./desk.ts";
import type { McpState, Scene } from "./scene.ts";
import { findTraces } from "./traces.ts";

const statesOf = ({ servers }: Awaited<ReturnType<Desk["state"]>>) =>
  Object.fromEntries(Object.values(servers).map(({ name, state }) => [name, state]));

/** Tokens, secrets and verifiers as they lay there in clear. */
const SECRETS = [
  HEADER.value,
  BY_HAND.clientSecret,
  ...Object.values(INHERITED.keys).flatMap((value) =>
    ["access_token", "refresh_token", "verifier"].map((name) => Object(value)[name] as unknown),
  ),
].filter((value): value is string => typeof value === "string");

describe("the day of the move", () => {
  let scene: Scene;
  let house: Desk;

  beforeAll(async () => {
    scene = await startAfterwards();
    scene.aliases.add(APP);
    await inherit(scene);
    house = deskOf(scene, INSTANCE, "house");
  });
  afterAll(() => scene.dispose());

  test("every server is there under its id and name, at once, and then as it was", async () => {
    const first = await house.state();
    expect(Object.entries(first.servers).map(([id, { name }]) => [id, name])).toEqual(
      [...ROWS.values()].map(({ id, name }) => [id, name]),
    );
    expect(statesOf(await house.settled())).toEqual({
      notes: "ready",
      calendar: "authenticating",
      archive: "ready",
      ledger: "ready",
      internal: "ready",
      feed: "ready",
      modern: "ready",
      broken: "failed",
      "Next Door": "ready",
    });
  });

  test("nobody signed in again, and no client was registered anew", () => {
    expect(scene.as.registrations).toEqual([]);
    expect(new Set(scene.as.tokenRequests.map(({ grant_type }) => grant_type))).toEqual(new Set(["refresh_token"]));
  });

  test("each refresh token that lay in clear was used up first", async () => {
    const spent = scene.as.tokenRequests.map(({ refresh_token, resource }) => [resource, refresh_token]);
    expect(spent.sort()).toEqual([
      [SERVERS.ledger, tokenOf("ledger").refresh_token],
      [SERVERS.notes, tokenOf("notes").refresh_token],
    ]);
  });

  test.each(["notes", "archive", "ledger", "internal", "feed", "modern"])(
    "the tools of %s can be called",
    async (name) => {
      const call = { serverId: idOf(name), name: "echo", arguments: { text: "hello" } };
      expect(await house.work("mcp.callTool", call)).toMatchObject({
        content: [{ text: expect.stringContaining("hello") }],
      });
    },
  );

  test("so can those of a server in the same Worker", async () => {
    const call = { serverId: idOf("Next Door"), name: "knock", arguments: {} };
    expect(await house.work("mcp.callTool", call)).toMatchObject({ content: [{ text: "come in" }] });
  });

  test("a sign-in that was open is offered again, to the client that was registered for it", async () => {
    const { auth_url: url } = (await house.state()).servers[idOf("calendar")] ?? {};
    expect(url).toMatch(`${CALLBACK}?flow=`);
    expect((await scene.approve(String(url))).status).toBe(200);
    expect(statesOf(await house.settled())).toMatchObject({ calendar: "ready" });
    expect(scene.as.registrations).toEqual([]);
    expect(scene.as.tokenRequests.at(-1)).toMatchObject({ client_id: ROWS.get("calendar")?.["client_id"] });
  });

  test("whoever comes back from a sign-in that the other package began is told so", async () => {
    const state = new URL(String(ROWS.get("calendar")?.["auth_url"])).searchParams.get("state");
    const visit = await scene.newBrowser().open(`${CALLBACK}?code=late&state=${state}`);
    expect(visit).toMatchObject({ status: 400, html: expect.stringContaining("not known") });
  });

  test("adding a server again as the app does at each start finds it, its callback address as it is registered", async () => {
    const options = { callbackHost: APP };
    expect(await house.add("notes", SERVERS.notes, options)).toEqual({ id: idOf("notes"), state: "ready" });
    const [listed] = await house.work<unknown[]>("mcp.listServers", { serverId: idOf("notes") });
    expect(listed).toMatchObject({ callback_url: CALLBACK });
  });

  test("the agent's state is as it was, and what is not understood was left alone", async () => {
    expect(await house.work("state")).toEqual({ theme: "dark", visits: 3 });
    const { rows } = await house.work<Contents>("contents");
    expect(rows["cf_agents_jobs"]).toEqual(INHERITED.rows["cf_agents_jobs"]);
  });

  test("its rows and keys are gone, and nothing secret lies in any that are there", async () => {
    const contents = await house.work<Contents>("contents");
    expect(Object.keys(contents.rows)).not.toContain("cf_agents_mcp_servers");
    expect(Object.keys(contents.keys).filter((key) => key.startsWith("/"))).toEqual([]);
    expect(findTraces(JSON.stringify(contents), SECRETS)).toEqual([]);
  });

  test("what the move relies on: keys and tables of the platform are one transaction", async () => {
    const before = await house.work<Contents>("contents");
    expect(await house.work<Contents>("failHalfWay")).toEqual(before);
  });

  test("the next wake is like any other: nothing is asked of anybody", async () => {
    await scene.runtime.crash();
    const before = scene.network.requests.length;
    expect(statesOf(await house.state())).toMatchObject({ notes: "ready", "Next Door": "ready", calendar: "ready" });
    expect(scene.network.requests.length).toBe(before);
  });
});

describe("without a vault key", () => {
  const REQUIRED = { VAULT_REQUIRED: "yes" };
  let scene: Scene;
  let house: Desk;

  beforeAll(async () => {
    scene = await startAfterwards({ bindings: REQUIRED });
    await inherit(scene);
    house = deskOf(scene, INSTANCE, "house");
  });
  afterAll(() => scene.dispose());

  test("where one is required, what is secret stays where it is, and its servers say why", async () => {
    const { servers } = await house.settled();
    for (const name of ["notes", "archive", "calendar", "ledger", "internal"]) {
      expect(servers[idOf(name)]).toMatchObject({ state: "failed", error_code: "vault-key-required" });
    }
    const { rows, keys } = await house.work<Contents>("contents");
    const held = rows["cf_agents_mcp_servers"]?.map(({ name }) => name);
    expect(held).toEqual(["notes", "calendar", "archive", "ledger", "internal", "Next Door"]);
    expect(keys).toMatchObject(
      Object.fromEntries(Object.entries(INHERITED.keys).filter(([key]) => key.startsWith("/"))),
    );
    expect(scene.network.requests.filter(({ url }) => url.startsWith("https://notes.example"))).toEqual([]);
  });

  test("with the next wake nothing is different", async () => {
    await scene.runtime.crash();
    const { servers } = await house.settled();
    expect(servers[idOf("notes")]).toMatchObject({ state: "failed", error_code: "vault-key-required" });
    expect(scene.network.requests.filter(({ url }) => url.startsWith("https://notes.example"))).toEqual([]);
  });

  test("a server that is removed is not there when the key comes", async () => {
    await house.work("removeMcpServer", idOf("archive"));
    const { rows, keys } = await house.work<Contents>("contents");
    expect(JSON.stringify([rows["cf_agents_mcp_servers"], keys])).not.toContain(idOf("archive"));
  });

  test("when the key comes, everybody moves in", async () => {
    await scene.runtime.restart({ AGENTS_VAULT_KEYS: `k1:${Buffer.alloc(32, 7).toString("base64")}` });
    expect(statesOf(await house.settled())).toEqual({
      notes: "ready",
      calendar: "authenticating",
      ledger: "ready",
      internal: "ready",
      feed: "ready",
      modern: "ready",
      broken: "failed",
      "Next Door": "ready",
    });
    expect(findTraces(JSON.stringify(await house.work("contents")), SECRETS)).toEqual([]);
  });
});

test("without one, where none is required, all move in unkeyed, before the first call of any kind is answered", async () => {
  const scene = await startAfterwards({ bindings: {} });
  try {
    await inherit(scene);
    const house = deskOf(scene, INSTANCE, "house");
    const first = await scene.runtime.fetch(`/raw?name=${INSTANCE}`);
    expect(Object.keys(((await first.json()) as McpState).servers)).toHaveLength(ROWS.size);
    const state = await house.settled();
    expect(state).toMatchObject({ vault: "unkeyed" });
    expect(statesOf(state)).toMatchObject({ notes: "ready", internal: "ready" });
  } finally {
    await scene.dispose();
  }
});
