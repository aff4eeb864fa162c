// A server whose era is believed is asked everything at once; what it says decides, whatever was believed.
import { afterEach, expect, test } from "vitest";
import type { JsonObject, ServerCapabilities } from "@agents-internal/protocol";
import { serve, type TestServer } from "../../../test/node/http-server.ts";
import { open } from "../../../test/node/open-for-test.ts";
import type { SessionFacts } from "./session.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const CHANGING: ServerCapabilities = { tools: { listChanged: true } };
const TOOL = { name: "one", inputSchema: { type: "object" } };

interface Modern {
  readonly capabilities: ServerCapabilities;
  /** What it answers to a request instead, by method, each once. */
  readonly instead: Record<string, ((id: unknown) => Response)[]>;
  /** What it says on a subscription once that is acknowledged. */
  readonly says: readonly object[];
  /** Answers to lists come when it is called. */
  readonly listsWait: Promise<void>;
}

/** Answers `server/discover` only when all else that was sent at once has come in. */
async function modern(given: Partial<Modern> = {}, together: readonly string[] = []) {
  const { capabilities = CHANGING, instead = {}, says = [] } = given;
  let answerLists = (): void => undefined;
  const waiting = new Promise<void>((resolve) => (answerLists = resolve));
  if (given.listsWait === undefined) answerLists();
  let arrived = (): void => undefined;
  const all = new Promise<void>((resolve) => (arrived = resolve));
  const server: TestServer = await serve(async (_request, { body }) => {
    const { id, method, params } = JSON.parse(body) as { id: unknown; method: string; params: JsonObject };
    const came = server.seen.map(({ rpc }) => rpc);
    if (together.every((each) => came.includes(each))) arrived();
    const other = instead[method]?.shift();
    if (other !== undefined) return other(id);
    const result = (value: object): Response =>
      Response.json({ jsonrpc: "2.0", id, result: { resultType: "complete", ...value } });
    if (method === "server/discover") {
      await all;
      return result({ supportedVersions: ["2026-07-28"], capabilities });
    }
    if (method === "tools/list") {
      await waiting;
      return result({ tools: [{ ...TOOL, name: `v${came.filter((each) => each === method).length}` }] });
    }
    if (method !== "subscriptions/listen") return result({ prompts: [] });
    const _meta = { "io.modelcontextprotocol/subscriptionId": id };
    const acknowledged = {
      method: "notifications/subscriptions/acknowledged",
      params: { _meta, notifications: params["notifications"] },
    };
    const events = [acknowledged, ...says].map((said) => `data: ${JSON.stringify({ jsonrpc: "2.0", ...said })}\n\n`);
    const stream = new ReadableStream({ start: (to) => to.enqueue(new TextEncoder().encode(events.join(""))) });
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  });
  cleanups.push(server.close);
  if (together.length === 0) arrived();
  return { server, log: () => server.log().toSorted() };
}

const believed = (capabilities: ServerCapabilities): SessionFacts => ({
  transport: "streamable-http",
  era: "modern",
  protocolVersion: "2026-07-28",
  serverInfo: null,
  capabilities,
  instructions: null,
  discover: null,
  decidedAt: Date.now(),
});

async function connected(url: string, capabilities: ServerCapabilities) {
  const opened = await open(url, { known: believed(capabilities) });
  cleanups.push(() => opened.session.close());
  return opened;
}

test.each([
  ["its lists", CHANGING],
  ["its era alone", {}],
])("a server of which %s are known is asked all in one exchange", async (_what, known) => {
  const all = ["POST server/discover", "POST subscriptions/listen", "POST tools/list"];
  const { server, log } = await modern(
    {},
    all.map((each) => each.slice(5)),
  );
  const { session } = await connected(server.url, known);
  expect((await session.listTools(null)).items).toMatchObject([{ name: "v1" }]);
  await session.listening;
  expect(log()).toEqual(all);
  expect((await session.listTools(null)).items).toMatchObject([{ name: "v2" }]);
});

test("a list that is told to have changed meanwhile is read again", async () => {
  const says = [{ method: "notifications/tools/list_changed" }];
  const { server } = await modern({ says });
  const opening = open(server.url, { known: believed(CHANGING) });
  const { session, changes } = await opening;
  cleanups.push(() => session.close());
  await expect.poll(() => changes).toEqual(["tools"]);
  expect((await session.listTools(null)).items).toMatchObject([{ name: "v2" }]);
});

test("a server that refuses to tell of more than it has is asked for what it has", async () => {
  const refused = (id: unknown): Response =>
    Response.json({ jsonrpc: "2.0", id, error: { code: -32_602, message: "No prompts here" } }, { status: 400 });
  const { server } = await modern({ instead: { "subscriptions/listen": [refused] } });
  const { session } = await connected(server.url, {});
  await session.listening;
  const asked = server.seen.filter(({ rpc }) => rpc === "subscriptions/listen").map(({ body }) => JSON.parse(body));
  expect(asked.map(({ params }) => Object.keys(params.notifications))).toEqual([
    ["toolsListChanged", "promptsListChanged", "resourcesListChanged"],
    ["toolsListChanged"],
  ]);
});

test("a page that could not be had early is asked for once more", async () => {
  const down = (): Response => new Response("", { status: 503 });
  const { server } = await modern({ instead: { "tools/list": [down] } });
  const { session } = await connected(server.url, CHANGING);
  expect((await session.listTools(null)).items).toMatchObject([{ name: "v2" }]);
});

test("whoever lists waits no longer than they want to", async () => {
  const { server } = await modern({ listsWait: new Promise(() => undefined) });
  const { session } = await connected(server.url, CHANGING);
  const caller = new AbortController();
  const listing = session.listTools(null, { signal: caller.signal });
  caller.abort();
  await expect(listing).rejects.toMatchObject({ code: "aborted" });
});

test("a subscription that nothing is announced for is let go", async () => {
  const { server } = await modern({ capabilities: { tools: {} } });
  await connected(server.url, {});
  const listen = await server.saw(({ rpc }) => rpc === "subscriptions/listen");
  await expect.poll(() => listen.cut()).toBe(true);
});

test("a server that is of the legacy era by now is asked the old way, and nothing early is believed", async () => {
  const legacy = {
    protocolVersion: "2025-11-25",
    capabilities: { tools: {} },
    serverInfo: { name: "back", version: "1" },
  };
  const unknown = (id: unknown): Response =>
    Response.json({ jsonrpc: "2.0", id, error: { code: -32_601, message: "Method not found" } });
  const { server } = await modern({
    instead: {
      "server/discover": [unknown],
      "subscriptions/listen": [unknown],
      initialize: [(id) => Response.json({ jsonrpc: "2.0", id, result: legacy })],
      "notifications/initialized": [() => new Response(null, { status: 202 })],
    },
  });
  const { session } = await connected(server.url, CHANGING);
  expect(session.facts.era).toBe("legacy");
  expect((await session.listTools(null)).items).toMatchObject([{ name: "v2" }]);
});
