// Questions put to the people at the clients, through the whole engine, over real servers of both eras.
import type { Elicitation, ElicitResult } from "@agents-internal/protocol";
import { afterEach, expect, test, vi } from "vitest";
import type { ElicitationsChange } from "../../src/mcp/elicitation/elicitations.ts";
import type { MCPCall } from "../../src/mcp/lasting/lasting-call.ts";
import type { McpHost } from "./mcp-host.ts";
import { failure } from "./mcp-scenes.ts";
import { serveLegacy, serveModern } from "./mcp-servers.ts";
import { closeScenes, ERAS, hosting } from "./real-scene.ts";

afterEach(closeScenes);

const CLIENTS = { form: "clients", url: "clients" } as const;
const ADA: ElicitResult = { action: "accept", content: { name: "Ada" } };
const text = (value: unknown) => [{ type: "text", text: JSON.stringify(value) }];

/** A host whose questions go to people, and what they are told. */
async function peopled(start: Parameters<typeof hosting>[0], answerWithin = 60_000) {
  const told: ElicitationsChange[] = [];
  const scene = await hosting(start, ({ mcp }: McpHost) => {
    mcp.configureElicitationHandlers({ ...CLIENTS, answerWithin });
    mcp.onElicitationsChanged((change) => told.push(change));
  });
  const asked = (): Promise<Elicitation> =>
    vi.waitFor(() => {
      const [first] = scene.host.mcp.listElicitations();
      if (!first) throw new Error("nothing is asked");
      return first;
    });
  const ended = () => told.flatMap((change) => change.ended.map(({ end }) => end));
  return { ...scene, told, asked, ended };
}

test.each(ERAS)(
  "people answer a %s server, once, and everybody is told that it is over but not how",
  async (_e, start) => {
    const { host, id, ask, asked, told, ended } = await peopled(start);
    const call = ask("who");
    const question = await asked();
    expect(question).toMatchObject({
      serverId: id,
      call: "ask",
      mode: "form",
      message: "Who?",
      deadline: expect.any(Number),
    });
    expect(question.deadline - question.createdAt).toBe(60_000);
    const first = host.mcp.answerElicitation(question.id, ADA);
    expect((await failure(host.mcp.answerElicitation(question.id, ADA))).code).toBe("elicitation-ended");
    await first;
    expect(await call).toEqual(text({ action: "accept", content: { times: 2, name: "Ada" } }));
    await vi.waitFor(() => expect(ended()).toEqual(["answered"]));
    expect(told[0]?.elicitations).toEqual([question]);
    expect(told.at(-1)?.elicitations).toEqual([]);
    for (const leak of [JSON.stringify(told), host.ports.lines.join(), host.ports.sql.dump()])
      expect(leak).not.toContain("Ada");
    expect(host.ports.sql.dump()).not.toContain("Who?");
  },
);

test.each(ERAS)(
  "an answer that does not fit is refused with a code, and the question to a %s server stays",
  async (_e, start) => {
    const { host, ask, asked } = await peopled(start);
    const call = ask("who");
    const { id } = await asked();
    const wrong = [
      { action: "accept", content: { name: 7 } },
      { action: "accept", content: { times: 1.5 } },
      { action: "accept", content: { other: "x" } },
      { action: "perhaps" },
      null,
      "accept",
    ];
    for (const answer of wrong) {
      expect((await failure(host.mcp.answerElicitation(id, answer as ElicitResult))).code).toBe("elicitation-invalid");
    }
    expect((await failure(host.mcp.answerElicitation("nobody", ADA))).code).toBe("elicitation-unknown");
    await host.mcp.answerElicitation(id, { action: "decline" });
    expect(await call).toEqual(text({ action: "decline" }));
  },
);

test.each(ERAS)("the time of a call to a %s server stands still while people are asked", async (_e, start) => {
  const { host, ask, asked } = await peopled(start);
  const call = ask("who", { timeout: 300 });
  const { id } = await asked();
  const late = await Promise.race([call, new Promise((resolve) => setTimeout(() => resolve("still asking"), 600))]);
  expect(late).toBe("still asking");
  await host.mcp.answerElicitation(id, ADA);
  expect(JSON.stringify(await call)).toContain("Ada");
});

test.each(ERAS)("a %s server is told that nobody decided when the deadline is over", async (_e, start) => {
  const { host, ask, asked, ended } = await peopled(start, 5000);
  const call = ask("who");
  const { id } = await asked();
  host.ports.advance(4999);
  await host.ring();
  expect(ended()).toEqual([]);
  host.ports.advance(1);
  await host.ring();
  expect(await call).toEqual(text({ action: "cancel" }));
  expect(ended()).toEqual(["expired"]);
  expect((await failure(host.mcp.answerElicitation(id, ADA))).code).toBe("elicitation-ended");
});

test.each(ERAS)("a question of a %s server is withdrawn when its call is cancelled", async (_e, start) => {
  const { host, ask, asked, ended } = await peopled(start);
  const abort = new AbortController();
  const call = failure(ask("who", { signal: abort.signal }));
  const { id } = await asked();
  abort.abort();
  expect((await call).code).toBe("aborted");
  await vi.waitFor(() => expect(ended()).toEqual(["withdrawn"]));
  expect((await failure(host.mcp.answerElicitation(id, ADA))).code).toBe("elicitation-ended");
  expect([...host.ports.due.keys()].filter((key) => key.includes("elicitation"))).toEqual([]);
});

test.each(ERAS)(
  "a question is withdrawn when its %s server is removed, and nothing of it is left",
  async (_e, start) => {
    const { host, id, ask, asked, ended } = await peopled(start);
    const call = failure(ask("who"));
    await asked();
    await host.mcp.removeServer(id);
    await call;
    expect(ended()).toEqual(["withdrawn"]);
    expect(host.mcp.listElicitations()).toEqual([]);
    expect(host.ports.sql.all("SELECT * FROM agents_mcp_elicitations")).toEqual([]);
  },
);

test("a call to a legacy server that is cut off by an eviction leaves a question that says so, and a session that works", async () => {
  const { host, ask, asked, ended, crash } = await peopled(serveLegacy);
  void ask("who").catch(() => undefined);
  const { id } = await asked();
  crash();
  expect(host.mcp.listElicitations()).toEqual([]);
  await vi.waitFor(() => expect(ended()).toEqual(["interrupted"]));
  expect((await failure(host.mcp.answerElicitation(id, ADA))).code).toBe("elicitation-interrupted");
  const again = ask("who");
  await host.mcp.answerElicitation((await asked()).id, ADA);
  expect(JSON.stringify(await again)).toContain("Ada");
});

/** A call that is thrown out of memory while people are asked, and who hears what became of it. */
async function cutOff(what: "who" | "two", begin: "call" | "start") {
  const scene = await peopled(serveModern);
  const { host, id: serverId, ask, crash } = scene;
  const begun =
    begin === "call"
      ? void ask(what).catch(() => undefined)
      : await host.mcp.startCall({ serverId, name: "ask", arguments: { what } });
  const question = await scene.asked();
  await vi.waitFor(() => expect(host.mcp.listCalls()).toMatchObject([{ name: "ask", status: "input-required" }]));
  crash();
  const settled: MCPCall[] = [];
  host.mcp.onCallSettled((call) => settled.push(call));
  const outcome = () =>
    vi.waitFor(async () => {
      const [call] = settled;
      if (!call) throw new Error("not settled");
      return host.mcp.getCall(call.id);
    });
  return { ...scene, question, begun, settled, outcome };
}

test.each(["call", "start"] as const)(
  "a question of a modern server outlives the host, and its %s is gone on with",
  async (begin) => {
    const { server, host, question, begun, outcome, ended } = await cutOff("who", begin);
    expect(host.mcp.listElicitations()).toEqual([question]);
    await host.mcp.answerElicitation(question.id, ADA);
    const call = await outcome();
    expect(call).toMatchObject({ status: "completed", name: "ask" });
    expect(JSON.stringify(call)).toContain("Ada");
    if (begun) expect(call?.id).toBe(begun.id);
    expect(ended()).toEqual(["answered"]);
    expect(server.seen.filter(({ body }) => body.includes("inputResponses"))).toHaveLength(1);
    expect((await failure(host.mcp.answerElicitation(question.id, ADA))).code).toBe("elicitation-ended");
  },
);

test("a stored call whose tool was denied while people were asked is not gone on with", async () => {
  const { server, host, id: serverId, question, outcome } = await cutOff("who", "start");
  host.mcp.setToolPolicy({ serverId, name: "ask", policy: "deny" });
  await host.mcp.answerElicitation(question.id, ADA);
  expect(await outcome()).toMatchObject({ status: "failed", error: { code: "tool-denied" } });
  expect(server.seen.filter(({ body }) => body.includes("inputResponses"))).toEqual([]);
});

test("an answer that cannot be kept leaves the question as it was, for whoever answers next", async () => {
  const { host, question, outcome, ended } = await cutOff("who", "start");
  const { sql } = host.ports;
  sql.run("CREATE TRIGGER full BEFORE INSERT ON agents_mcp_vault_secrets BEGIN SELECT RAISE(ABORT, 'full'); END");
  await expect(host.mcp.answerElicitation(question.id, ADA)).rejects.toThrow();
  expect(host.mcp.listElicitations()).toEqual([question]);
  expect(ended()).toEqual([]);
  sql.run("DROP TRIGGER full");
  const first = host.mcp.answerElicitation(question.id, ADA);
  expect((await failure(host.mcp.answerElicitation(question.id, ADA))).code).toBe("elicitation-ended");
  await first;
  expect(JSON.stringify(await outcome())).toContain("Ada");
});

test("answers given in different lives of the host arrive together, and lie sealed until then", async () => {
  const { host, question, outcome, crash } = await cutOff("two", "start");
  const [, other] = host.mcp.listElicitations();
  await host.mcp.answerElicitation(question.id, ADA);
  expect(host.ports.sql.dump()).not.toContain("Ada");
  crash();
  expect(host.mcp.listElicitations()).toEqual([other]);
  await host.mcp.answerElicitation(other?.id ?? "", { action: "decline" });
  await vi.waitFor(async () => {
    const [{ id = "" } = {}] = host.mcp.listCalls();
    expect(await host.mcp.getCall(id)).toMatchObject({ status: "completed" });
  });
  const [{ id = "" } = {}] = host.mcp.listCalls();
  const told = JSON.stringify(await host.mcp.getCall(id));
  for (const part of ["Ada", "decline", "as it was"]) expect(told).toContain(part);
  void outcome;
});

test.each(["callTool", "startCall"] as const)(
  "people answer what is theirs and the app what is its own, for one call (%s)",
  async (method) => {
    const { server, host, id: serverId, asked } = await peopled(serveModern);
    const said = { role: "assistant", content: { type: "text", text: "Four." }, model: "mock" } as const;
    host.mcp.configureSamplingHandler(() => said);
    await host.mcp.closeConnection(serverId);
    await host.mcp.establishConnection(serverId);
    const call = host.mcp[method]({ serverId, name: "ask", arguments: { what: "mixed" } });
    await host.mcp.answerElicitation((await asked()).id, ADA);
    const told = async (): Promise<unknown> => {
      const begun = await call;
      return "id" in begun && typeof begun.id === "string" ? host.mcp.getCall(begun.id) : begun;
    };
    await vi.waitFor(async () => expect(JSON.stringify(await told())).toContain("Four."));
    expect(JSON.stringify(await told())).toContain("Ada");
    expect(server.seen.filter(({ body }) => body.includes("inputResponses"))).toHaveLength(1);
  },
);

test("a call that was begun and left holds nothing in memory while people are asked", async () => {
  const { host, id: serverId, asked } = await peopled(serveModern);
  const { id } = await host.mcp.startCall({ serverId, name: "ask", arguments: { what: "who" } });
  await asked();
  // Whatever keeps the host awake has ended before anybody answered.
  await host.ports.settled();
  expect(await host.mcp.getCall(id)).toMatchObject({ status: "input-required" });
});

test("when nobody answers after a wake either, the server is told so at the deadline", async () => {
  const { host, outcome, ended } = await cutOff("who", "start");
  host.ports.advance(60_000);
  await host.ring();
  expect(JSON.stringify(await outcome())).toContain("cancel");
  expect(ended()).toEqual(["expired"]);
});

test("a call that is cancelled after a wake asks nobody any more", async () => {
  const { host, question, settled, ended } = await cutOff("who", "start");
  const [{ id = "" } = {}] = host.mcp.listCalls();
  await host.mcp.cancelCall(id);
  expect(settled).toMatchObject([{ status: "failed", error: { code: "aborted" } }]);
  await vi.waitFor(() => expect(ended()).toEqual(["withdrawn"]));
  expect((await failure(host.mcp.answerElicitation(question.id, ADA))).code).toBe("elicitation-ended");
});

test("a call whose host lives leaves nothing behind once it is answered", async () => {
  const { host, ask, asked } = await peopled(serveModern);
  const call = ask("who");
  await host.mcp.answerElicitation((await asked()).id, ADA);
  await call;
  expect(host.mcp.listCalls()).toEqual([]);
  expect([...host.ports.due.keys()].filter((key) => /call|elicitation/.test(key))).toEqual([]);
});

test.each(ERAS)("a page of a %s server is shown whole; agreeing to open it is the answer", async (era, start) => {
  const { server, host, ask, asked, ended } = await peopled(start);
  const call = ask("page");
  const question = await asked();
  expect(question).toMatchObject({ mode: "url", url: "https://pay.example/1", opened: false });
  await host.mcp.answerElicitation(question.id, { action: "accept" });
  expect(await call).toEqual(text({ action: "accept" }));
  expect(host.network.requests.map(({ url }) => new URL(url).host)).not.toContain("pay.example");
  if (era === "legacy") {
    expect(host.mcp.listElicitations()).toMatchObject([{ id: question.id, opened: true }]);
    server.paid?.();
  }
  await vi.waitFor(() => expect(ended()).toEqual([era === "legacy" ? "completed" : "answered"]));
});

test.each(["closeConnection", "signOutServer", "removeServer"] as const)(
  "a page that somebody has opened is asked for no longer after %s",
  async (end) => {
    const { host, id: serverId, ask, asked, ended } = await peopled(serveLegacy);
    const call = ask("page");
    const { id } = await asked();
    await host.mcp.answerElicitation(id, { action: "accept" });
    await call;
    await host.mcp[end](serverId);
    expect(host.mcp.listElicitations()).toEqual([]);
    await vi.waitFor(() => expect(ended()).toEqual(["withdrawn"]));
    expect([...host.ports.due.keys()].filter((key) => key.includes("elicitation"))).toEqual([]);
  },
);

test("a legacy call that needs a page first is made again when the server says that the page is done", async () => {
  const { server, host, ask, asked, ended } = await peopled(serveLegacy);
  const call = ask("locked");
  const { id } = await asked();
  await host.mcp.answerElicitation(id, { action: "accept" });
  expect(host.mcp.listElicitations()).toMatchObject([{ opened: true }]);
  server.paid?.();
  expect(await call).toEqual(text("unlocked"));
  expect(ended()).toEqual(["completed"]);
});

test("a legacy call that needs a page first fails as it did when somebody declines", async () => {
  const { host, ask, asked } = await peopled(serveLegacy);
  const call = failure(ask("locked"));
  await host.mcp.answerElicitation((await asked()).id, { action: "decline" });
  expect(await call).toMatchObject({ code: "protocol-error", rpcCode: -32_042 });
});

test("an address nobody should be sent to is put to nobody, and the server is told", async () => {
  const legacy = await peopled(serveLegacy);
  expect(JSON.stringify(await legacy.ask("loopback"))).toContain("not put to anybody");
  const modern = await peopled(serveModern);
  expect((await failure(modern.ask("loopback"))).code).toBe("elicitation-refused");
  expect([...legacy.told, ...modern.told]).toEqual([]);
});
