// Each MCP server, spoken to as its clients would.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ToolListChangedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { DEMO_TOKEN, type ProviderId, type RunningProviders, startProviders } from "../src/index.ts";
import { signIn } from "./scripted-browser.ts";

let providers: RunningProviders;
let notesToken: string;
const urlOf = (id: ProviderId) => new URL(providers.list.find((info) => info.id === id)?.url ?? "");

beforeAll(async () => {
  providers = await startProviders({ ports: 0, control: true });
  notesToken = (await signIn(providers.urls.auth, urlOf("notes").href)).access_token;
});
afterAll(() => providers.close());

async function connect(id: ProviderId, token?: string): Promise<Client> {
  const requestInit = { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } };
  const transport =
    id === "clock" ? new SSEClientTransport(urlOf(id)) : new StreamableHTTPClientTransport(urlOf(id), { requestInit });
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
  onTestFinished(() => client.close());
  return client;
}

test("the notes server offers tools, resources, a template and prompts", async () => {
  const client = await connect("notes", notesToken);
  const { tools } = await client.listTools();
  expect(tools.map((tool) => tool.name)).toEqual([
    "add_note",
    "list_notes",
    "tidy_up",
    "draw_badge",
    "spill_ink",
    "toggle_search",
    "clear_notes",
  ]);
  expect((await client.listResources()).resources.map((resource) => resource.uri)).toContain("notes://all");
  expect((await client.listResourceTemplates()).resourceTemplates[0]?.uriTemplate).toBe("notes://note/{id}");
  expect((await client.listPrompts()).prompts.map((prompt) => prompt.name)).toEqual(["summarize", "plan-my-day"]);
});

test("a note that was added is listed with structure and can be read", async () => {
  const client = await connect("notes", notesToken);
  const added = await client.callTool({ name: "add_note", arguments: { title: "Shopping", text: "Two lemons" } });
  expect(added.content).toMatchObject([{ type: "text" }, { type: "resource_link", name: "Shopping" }]);
  const { structuredContent } = await client.callTool({ name: "list_notes" });
  expect(structuredContent).toMatchObject({
    notes: expect.arrayContaining([expect.objectContaining({ text: "Two lemons" })]),
  });
  const [, link] = added.content as [unknown, { uri: string }];
  expect((await client.readResource({ uri: link.uri })).contents).toMatchObject([{ text: "Shopping\n\nTwo lemons" }]);
});

test("the slow tool reports each step", async () => {
  const client = await connect("notes", notesToken);
  const steps: number[] = [];
  const call = { name: "tidy_up", arguments: { steps: 3, delayMs: 1 } };
  await client.callTool(call, undefined, { onprogress: ({ progress }) => steps.push(progress) });
  expect(steps).toEqual([1, 2, 3]);
});

test("the picture is a PNG and the failing tool says that it failed", async () => {
  const client = await connect("notes", notesToken);
  const { content } = await client.callTool({ name: "draw_badge", arguments: { text: "hello" } });
  const [image] = content as [{ data: string; mimeType: string }];
  expect(image.mimeType).toBe("image/png");
  expect(Buffer.from(image.data, "base64").subarray(1, 4).toString()).toBe("PNG");
  expect((await client.callTool({ name: "spill_ink" })).isError).toBe(true);
});

test("a tool that adds a tool announces it to every session", async () => {
  const [one, other] = [await connect("notes", notesToken), await connect("notes", notesToken)];
  const announced = new Promise<void>((resolve) =>
    other.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve()),
  );
  await one.callTool({ name: "toggle_search" });
  await announced;
  expect((await other.listTools()).tools.map((tool) => tool.name)).toContain("search_notes");
  await one.callTool({ name: "toggle_search" });
});

test("throwing notes away asks for more permission", async () => {
  const body = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "clear_notes" } };
  const ask = (token: string) =>
    fetch(urlOf("notes"), {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const refused = await ask(notesToken);
  expect(refused.status).toBe(403);
  expect(refused.headers.get("www-authenticate")).toContain('error="insufficient_scope", scope="notes notes:delete"');
  const { access_token } = await signIn(providers.urls.auth, urlOf("notes").href, "notes notes:delete");
  expect((await (await connect("notes", access_token)).callTool({ name: "clear_notes" })).isError).toBeUndefined();
});

test("a dropped session is answered with 404", async () => {
  providers.control.dropSessions();
  const client = await connect("notes", notesToken);
  const dropped = await fetch(`${providers.urls.notes}/__test/drop-sessions`, { method: "POST" });
  expect(await dropped.json()).toEqual({ done: 1 });
  await expect(client.listTools()).rejects.toMatchObject({ code: 404 });
});

test("the clock tells the time over SSE and refuses streamable HTTP", async () => {
  const client = await connect("clock");
  const { content } = await client.callTool({ name: "now", arguments: { timeZone: "Asia/Tokyo" } });
  expect(content).toMatchObject([{ type: "text", text: expect.stringContaining("GMT+9") }]);
  expect((await fetch(urlOf("clock"), { method: "POST" })).status).toBe(405);
});

test("the dice add up", async () => {
  const client = await connect("dice");
  const { structuredContent } = await client.callTool({ name: "roll", arguments: { count: 5, sides: 6 } });
  const { rolls, total } = structuredContent as { rolls: number[]; total: number };
  expect(rolls).toHaveLength(5);
  expect(total).toBe(rolls.reduce((sum, roll) => sum + roll, 0));
});

test("the vault door opens for its header only", async () => {
  expect((await fetch(urlOf("vault-door"), { method: "POST" })).status).toBe(401);
  const client = await connect("vault-door", DEMO_TOKEN);
  expect((await client.callTool({ name: "open_door" })).content).toMatchObject([{ text: "Inside: one rubber duck." }]);
});

/** Speaks 2026-07-28 by hand: the client of this SDK line is too old for it. */
async function weatherClient() {
  const { access_token } = await signIn(providers.urls.auth, urlOf("weather").href);
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const common = {
    authorization: `Bearer ${access_token}`,
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
  };
  const post = (method: string, params: object, headers: Record<string, string> = {}) =>
    fetch(urlOf("weather"), {
      method: "POST",
      headers: { ...common, ...headers },
      body: JSON.stringify({ jsonrpc: "2.0", id: "1", method, params }),
    });
  const modern = (method: string, params: Record<string, unknown> = {}) => {
    const name: Record<string, string> = typeof params.name === "string" ? { "mcp-name": params.name } : {};
    const headers = { "mcp-protocol-version": "2026-07-28", "mcp-method": method, ...name };
    return post(method, { ...params, _meta }, headers);
  };
  return { post, modern };
}

test("the weather answers the newest protocol and refuses older ones by name", async () => {
  const { post, modern } = await weatherClient();
  const forecast = await modern("tools/call", { name: "get_forecast", arguments: { city: "Oslo", days: 2 } });
  expect(await forecast.json()).toMatchObject({
    result: { resultType: "complete", structuredContent: { city: "Oslo", days: [{}, {}] } },
  });
  const initialize = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } };
  expect(await (await post("initialize", initialize)).json()).toMatchObject({
    error: { data: { supported: ["2026-07-28"] } },
  });
});

test("the weather tells subscribers when its tools change", async () => {
  const { modern } = await weatherClient();
  const reader = (
    await modern("subscriptions/listen", { notifications: { toolsListChanged: true } })
  ).body?.getReader();
  const read = async () => new TextDecoder().decode((await reader?.read())?.value);
  expect(await read()).toContain("notifications/subscriptions/acknowledged");
  await modern("tools/call", { name: "toggle_radar", arguments: {} });
  expect(await read()).toContain("notifications/tools/list_changed");
  await reader?.cancel();
  expect(await (await modern("tools/list")).text()).toContain("read_radar");
});

test("requests are counted with their latest headers, the test surface itself is not", async () => {
  await fetch(`${providers.urls.dice}/__test/reset`, { method: "POST" });
  await fetch(urlOf("dice"), { method: "DELETE", headers: { "x-canary": "42" } });
  expect(await (await fetch(`${providers.urls.dice}/__test/requests`)).json()).toMatchObject({
    counts: { "DELETE /mcp": 1 },
    headers: { "DELETE /mcp": { "x-canary": "42" } },
  });
});
