// Questions of servers in real workerd: people at several tabs, deadlines, evictions, hostile questions.
import { AgentClient, type Elicitation, type ElicitResult } from "agents/client";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createAskingServer } from "./asking-server.ts";
import { type Desk, deskOf } from "./desk.ts";
import { type Scene, startScene } from "./scene.ts";

const URLS = { legacy: "https://legacy.example", modern: "https://modern.example" } as const;
const ERAS = ["legacy", "modern"] as const;
type Era = (typeof ERAS)[number];
const ADA: ElicitResult = { action: "accept", content: { name: "Ada" } };

const servers = {
  legacy: createAskingServer(`${URLS.legacy}/mcp`, "legacy"),
  modern: createAskingServer(`${URLS.modern}/mcp`, "modern"),
};
let scene: Scene;
const tabs: AgentClient[] = [];

beforeAll(async () => {
  scene = await startScene({
    worker: "fixtures/asker.js",
    classes: ["Asker"],
    hosts: () => ({ [URLS.legacy]: servers.legacy.handler, [URLS.modern]: servers.modern.handler }),
  });
});
afterAll(() => scene.dispose());
afterEach(() => {
  for (const tab of tabs.splice(0)) tab.close();
});

interface Tab {
  readonly client: AgentClient;
  /** Every question it was told of, with the signal of its end. */
  readonly asked: { readonly question: Elicitation; readonly ended: AbortSignal }[];
  first(): Promise<Elicitation>;
}

async function openTab(desk: Desk, query: Record<string, string> = {}): Promise<Tab> {
  const asked: Tab["asked"] = [];
  const client = new AgentClient({
    host: scene.runtime.origin,
    agent: "asker",
    name: desk.name,
    query,
    onElicitation: (question, ended) => void asked.push({ question, ended }),
  });
  client.addEventListener("message", ({ data }: MessageEvent) => void scene.frames.push(String(data)));
  tabs.push(client);
  await client.ready;
  const first = () =>
    vi.waitFor(() => {
      const [one] = client.elicitations.getSnapshot();
      if (!one) throw new Error("nothing is asked");
      return one;
    }, 5000);
  return { client, asked, first };
}

async function scenery(era: Era, name: string) {
  const desk = deskOf(scene, `${name}-${era}`, "asker");
  const { id } = await desk.add("server", `${URLS[era]}/mcp`);
  const ask = async (text: string) => {
    const params = { serverId: id, name: "ask", arguments: { text } };
    const { content } = await desk.work<{ content: readonly { text: string }[] }>("mcp.callTool", params);
    return JSON.parse(content[0]?.text ?? "null") as { who?: unknown };
  };
  /** Of the one question, whatever it is called. */
  const answerOf = (result: { who?: unknown }) => result.who ?? result;
  return { desk, id, ask, answerOf };
}

test.each(ERAS)("X18 one tab answers a %s server, the other sees the question go and not the answer", async (era) => {
  const { desk, id, ask, answerOf } = await scenery(era, "two-tabs");
  const [one, two] = [await openTab(desk), await openTab(desk)];
  const call = ask("name");
  const question = await one.first();
  expect(question).toMatchObject({ serverId: id, call: "ask", mode: "form", message: "Who?" });
  expect(await two.first()).toEqual(question);
  const frames = scene.frames.length;
  await one.client.answerElicitation(question.id, ADA);
  expect(answerOf(await call)).toEqual(ADA);
  await vi.waitFor(() => expect(two.asked[0]?.ended.reason).toBe("answered"));
  expect(two.client.elicitations.getSnapshot()).toEqual([]);
  await expect(two.client.answerElicitation(question.id, ADA)).rejects.toMatchObject({ code: "elicitation-ended" });
  expect(scene.frames.slice(frames).join("\n")).not.toContain("Ada");
});

test.each(ERAS)(
  "a tab that opens later is asked too, and an answer that does not fit changes nothing (%s)",
  async (era) => {
    const { desk, ask, answerOf } = await scenery(era, "late-tab");
    const call = ask("name");
    const tab = await openTab(desk);
    const { id } = await tab.first();
    const long = { action: "accept", content: { name: "Grace Hopper" } } as const;
    await expect(tab.client.answerElicitation(id, long)).rejects.toMatchObject({ code: "elicitation-invalid" });
    await expect(tab.client.answerElicitation(id, { action: "accept" })).rejects.toMatchObject({
      code: "elicitation-invalid",
      message: expect.stringContaining('"name"'),
    });
    await tab.client.answerElicitation(id, { action: "decline" });
    expect(answerOf(await call)).toEqual({ action: "decline" });
  },
);

test("a read-only tab is shown the question and may not answer it", async () => {
  const { desk, ask } = await scenery("modern", "readonly");
  const [watcher, tab] = [await openTab(desk, { readonly: "" }), await openTab(desk)];
  const call = ask("name");
  const { id } = await watcher.first();
  await expect(watcher.client.answerElicitation(id, ADA)).rejects.toMatchObject({ code: "readonly" });
  await tab.client.answerElicitation(id, ADA);
  expect(await call).toEqual({ who: ADA });
});

test.each(ERAS)("when nobody answers in time a %s server is told so, and the question goes", async (era) => {
  const { desk, ask, answerOf } = await scenery(era, "hasty");
  const tab = await openTab(desk);
  const result = await ask("name");
  expect(answerOf(result)).toEqual({ action: "cancel" });
  await vi.waitFor(() => expect(tab.asked[0]?.ended.reason).toBe("expired"));
});

test("killed in the middle of a legacy call: the question goes, says why, and the server works", async () => {
  const { desk, ask } = await scenery("legacy", "killed");
  const tab = await openTab(desk);
  const call = ask("name").catch(() => "lost");
  const { id } = await tab.first();
  await scene.runtime.crash();
  expect(await call).toBe("lost");
  await tab.client.ready;
  await vi.waitFor(() => expect(tab.client.elicitations.getSnapshot()).toEqual([]));
  expect(tab.asked[0]?.ended.aborted).toBe(true);
  await expect(tab.client.answerElicitation(id, ADA)).rejects.toMatchObject({ code: "elicitation-interrupted" });
  const again = ask("name");
  await tab.client.answerElicitation((await tab.first()).id, ADA);
  expect(await again).toEqual(ADA);
});

test.each(["callTool", "startCall"])(
  "killed in the middle of a modern call (%s): the question stays, and what the call comes to is kept for whoever looks",
  async (method) => {
    const { desk, id: serverId } = await scenery("modern", method.toLowerCase());
    const tab = await openTab(desk);
    const params = { serverId, name: "ask", arguments: { text: "name" } };
    const call = desk.work<{ id: string }>(`mcp.${method}`, params).catch(() => null);
    const question = await tab.first();
    servers.modern.states.length = 0;
    await scene.runtime.crash();
    const begun = await call;
    await tab.client.ready;
    expect(await tab.first()).toEqual(question);
    await tab.client.answerElicitation(question.id, ADA);
    const done = await vi.waitFor(async () => {
      const [one] = await desk.work<readonly { id: string; status: string }[]>("mcp.listCalls");
      expect(one?.status).toBe("completed");
      return one;
    });
    expect(await desk.work("mcp.getCall", done?.id)).toMatchObject({
      result: { content: [{ text: JSON.stringify({ who: ADA }) }] },
    });
    if (begun) expect(done?.id).toBe(begun.id);
    expect(await desk.work("settledCalls")).toMatchObject([{ id: done?.id, status: "completed" }]);
    // Sent back as it came, once.
    expect(servers.modern.states).toEqual(["exactly this, ümlauts too"]);
    await vi.waitFor(() => expect(tab.client.elicitations.getSnapshot()).toEqual([]));
    expect(tab.asked).toHaveLength(1);
  },
);

test("put to sleep while people are asked, it wakes for the answer, and no tab had to connect again", async () => {
  const { desk, id: serverId } = await scenery("modern", "asleep");
  const [one, two] = [await openTab(desk), await openTab(desk)];
  const { id } = await desk.work<{ id: string }>("mcp.startCall", {
    serverId,
    name: "ask",
    arguments: { text: "name" },
  });
  const question = await one.first();
  const closed = vi.fn();
  for (const { client } of [one, two]) client.addEventListener("close", closed);
  await scene.runtime.evict("Asker", desk.name);
  await one.client.answerElicitation(question.id, ADA);
  await vi.waitFor(() => expect(two.asked[0]?.ended.reason).toBe("answered"));
  await vi.waitFor(async () => {
    expect(await desk.work("mcp.getCall", id)).toMatchObject({
      result: { content: [{ text: JSON.stringify({ who: ADA }) }] },
    });
  });
  expect(closed).not.toHaveBeenCalled();
});

test.each(ERAS)("X17 what a %s server may not ask is put to nobody", async (era) => {
  const { desk, ask } = await scenery(era, "hostile");
  const tab = await openTab(desk);
  for (const text of ["huge", "nested", "script", "loopback"]) {
    const outcome = await ask(text).catch((error: unknown) => error);
    if (era === "modern") expect(outcome).toMatchObject({ failure: { code: "elicitation-refused" } });
    else expect(outcome).toMatchObject({ error: { code: -32_602 } });
  }
  expect(tab.asked).toEqual([]);
});

test.each(ERAS)(
  "X15 a page is shown whole, its text without what disguises it, and is not fetched (%s)",
  async (era) => {
    const { desk, ask, answerOf } = await scenery(era, "page");
    const tab = await openTab(desk);
    const call = ask("page");
    const question = await tab.first();
    expect(question).toMatchObject({
      mode: "url",
      url: "https://pay.example/a?b=c#d",
      message: "Go.  ",
      opened: false,
    });
    await tab.client.answerElicitation(question.id, { action: "accept" });
    expect(answerOf(await call)).toEqual({ action: "accept" });
    expect(scene.network.requests.map(({ url }) => new URL(url).host)).not.toContain("pay.example");
  },
);
