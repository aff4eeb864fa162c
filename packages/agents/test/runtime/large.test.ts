// Servers that offer or answer very much, in real workerd: within stated memory, and the object stays up.
import { createMockMcpServer, ECHO_TOOL, type FetchHandler, type MockTool } from "@agents-internal/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Desk, deskOf } from "./desk.ts";
import { type Scene, startScene } from "./scene.ts";

const MB = 1_000_000;
const TOOLS = 1000;
const PAGES = 40;
const LARGE = "https://large.example/mcp";
const ENDLESS = "https://endless.example/mcp";
const HUGE = "https://huge.example/mcp";
const SMALL = "https://small.example/mcp";
/** Twice the lists, as text and as objects, come to 10 MB; of the 128 MB of a Worker three quarters stay the application's. */
const HEAP_LIMIT = 32 * MB;
/** workerd itself takes about 90 MB before the first object. */
const PROCESS_LIMIT = 256 * MB;

const largeTools = Array.from({ length: TOOLS }, (_, index): MockTool => {
  const inputSchema = { type: "object" as const, properties: { text: { type: "string", description: "" } } };
  inputSchema.properties.text.description = `${index} `.padEnd(
    (5 * MB) / TOOLS - JSON.stringify(inputSchema).length,
    "schema ",
  );
  return { name: `tool-${index}`, description: `The ${index}th.`, inputSchema };
});
const large = createMockMcpServer({ url: LARGE, tools: largeTools, pageSize: TOOLS / PAGES });
const endless = createMockMcpServer({
  url: ENDLESS,
  tools: Array.from({ length: 10 }, (_, index) => ({ ...ECHO_TOOL, name: `tool-${index}` })),
  pageSize: 1,
  faults: ["endless-pages"],
});
const huge = createMockMcpServer({ url: HUGE });
let sent = 0;

/** Answers calls with 100 MB, made as they are read. */
const answersHugely: FetchHandler = async (request) => {
  if (!(await request.clone().text()).includes('"tools/call"')) return huge.handler(request);
  const chunk = new TextEncoder().encode(" ".repeat(MB));
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent >= 100 * MB) return controller.close();
      sent += chunk.length;
      controller.enqueue(chunk);
    },
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
};

const inMB = (bytes: number): string => `${(bytes / MB).toFixed(1)} MB`;

let scene: Scene;
let desk: Desk;
let other: string;
let instance = 0;

beforeAll(async () => {
  scene = await startScene({
    worker: "fixtures/large.js",
    classes: ["Large"],
    hosts: () => ({
      [new URL(LARGE).origin]: large.handler,
      [new URL(ENDLESS).origin]: endless.handler,
      [new URL(HUGE).origin]: answersHugely,
      [new URL(SMALL).origin]: createMockMcpServer({ url: SMALL }).handler,
    }),
  });
});
afterAll(() => scene.dispose());
beforeEach(async () => {
  desk = deskOf(scene, `large-${(instance += 1)}`, "large");
  other = (await desk.add("small", SMALL)).id;
});

const expectOtherWorks = async () => expect(await desk.call(other, "hello")).toEqual({ text: "hello" });

test(`1 000 tools on 40 pages with 5 MB of schemas are listed, stored and restored in less than ${HEAP_LIMIT / MB} MB of heap`, async () => {
  const before = await scene.runtime.memory();
  const { id } = await desk.add("large", LARGE);
  expect(await desk.work("toolKeys")).toHaveLength(TOOLS + 1);
  const listed = await desk.work<{ bytes: number; digest: string }>("listed");
  expect(listed.bytes).toBeGreaterThan(5 * MB);
  const after = await scene.runtime.memory();

  await scene.runtime.crash();
  const requests = large.received.length;
  expect(await desk.work("listed")).toEqual(listed);
  expect(await desk.work("toolKeys")).toHaveLength(TOOLS + 1);
  expect(large.received).toHaveLength(requests);
  const restored = await scene.runtime.memory();

  console.log(
    `heap ${inMB(before.heap)}, listed ${inMB(after.heap)}, restored ${inMB(restored.heap)}; process ` +
      `${inMB(before.process)}, ${inMB(after.process)}, ${inMB(restored.process)}`,
  );
  expect(after.heap - before.heap).toBeLessThan(HEAP_LIMIT);
  expect(restored.heap - before.heap).toBeLessThan(HEAP_LIMIT);
  expect(restored.process).toBeLessThan(PROCESS_LIMIT);
  await expect(desk.work("mcp.callTool", { serverId: id, name: "tool-999", arguments: {} })).resolves.toBeDefined();
  await expectOtherWorks();
});

test("an answer of 100 MB is refused with a code, the object stays up, and both servers work on", async () => {
  const { id } = await desk.add("huge", HUGE);
  const life = await desk.work("life");
  const before = await scene.runtime.memory();
  const refused = await desk.failure("mcp.callTool", { serverId: id, name: "echo", arguments: {} });
  expect(refused.code).toBe("response-too-large");
  expect(await desk.work("life")).toBe(life);
  const after = await scene.runtime.memory();
  expect(after.heap - before.heap).toBeLessThan(HEAP_LIMIT);
  expect((await desk.state()).servers[id]).toMatchObject({ state: "ready" });
  expect(await desk.work("mcp.discoverIfConnected", id)).toMatchObject({ success: true });
  await expectOtherWorks();
});

test("a list whose cursors never end comes to an end, the object stays up, and both servers work", async () => {
  const life = await desk.work("life");
  const { id } = await desk.add("endless", ENDLESS);
  expect(endless.received.filter(({ method }) => method === "tools/list")).toHaveLength(64);
  const { list_problems: problems } = (await desk.state()).servers[id] ?? {};
  expect(problems).toEqual({ tools: [expect.objectContaining({ error_code: "list-endless" })] });
  expect(await desk.work("mcp.listTools", { serverId: id })).toHaveLength(10);
  await expect(desk.work("mcp.callTool", { serverId: id, name: "tool-3", arguments: {} })).resolves.toBeDefined();
  expect(await desk.work("life")).toBe(life);
  await expectOtherWorks();
});
