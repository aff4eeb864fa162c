// Calls whose agent is thrown out of memory, or killed, while the server still works on them.
import { createMockMcpServer, type MockMcpServer } from "@agents-internal/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Desk, deskOf } from "./desk.ts";
import { type Scene, startScene } from "./scene.ts";

const SLOW = "https://slow.example";
const DONE = { content: [{ type: "text" as const, text: "done at last" }] };

interface Call {
  readonly id: string;
  readonly status: string;
  readonly error?: { readonly code: string };
}

let scene: Scene;
let server: MockMcpServer;
let desk: Desk;
let instance = 0;
let end = (): void => undefined;
let working = (): void => undefined;

const asked = () => server.received.filter(({ method }) => method === "tasks/get").length;

beforeAll(async () => {
  const handle = () =>
    new Promise<typeof DONE>((resolve) => {
      end = () => resolve(DONE);
      working();
    });
  server = createMockMcpServer({
    url: `${SLOW}/mcp`,
    era: "modern",
    // A standing stream would keep the object in memory.
    faults: ["no-stream"],
    tools: [{ name: "work", inputSchema: { type: "object" }, asTask: { pollIntervalMs: 500 }, handle }],
  });
  scene = await startScene({
    worker: "fixtures/desk.js",
    classes: ["Patient"],
    hosts: () => ({ [SLOW]: server.handler }),
  });
});
afterAll(() => scene.dispose());
beforeEach(() => void (desk = deskOf(scene, `outliving-${(instance += 1)}`, "patient")));

async function begin(method: "startCall" | "callTool"): Promise<{ call: Call; lost: Promise<unknown> }> {
  const { id } = await desk.add("slow", `${SLOW}/mcp`);
  const begun = new Promise<void>((resolve) => (working = resolve));
  const lost = desk.work(`mcp.${method}`, { serverId: id, name: "work" }).catch(() => "lost");
  await begun;
  if (method === "startCall") await lost;
  await expect.poll(() => desk.work<Call[]>("mcp.listCalls")).toHaveLength(1);
  const [call] = await desk.work<Call[]>("mcp.listCalls");
  if (!call) throw new Error("no call");
  return { call, lost };
}

/** It asks by itself: nobody has woken it. */
async function goesOn(): Promise<void> {
  const before = asked();
  await expect.poll(asked, { timeout: 15_000 }).toBeGreaterThan(before);
}

const settled = async (): Promise<readonly Call[]> => {
  await expect.poll(() => desk.work<readonly Call[]>("heard"), { timeout: 15_000 }).not.toHaveLength(0);
  return desk.work("heard");
};

/** An object whose question is on its way cannot be evicted. By the time it has answered one of ours, it has its own answer. */
async function evict(): Promise<void> {
  await desk.work("mcp.listCalls");
  await scene.runtime.evict("Patient", desk.name);
}

describe.each([
  ["evicted", evict],
  ["killed", () => scene.runtime.crash()],
] as const)("the agent is %s", (_how, interrupt) => {
  test("while a server works on a task, and hears of its end without anybody asking", async () => {
    const { call } = await begin("startCall");
    // Between its first question after the task and the next.
    await goesOn();
    await interrupt();
    await goesOn();
    await interrupt();
    end();
    expect(await settled()).toMatchObject([{ id: call.id, status: "completed" }]);
    expect(await desk.work("mcp.getCall", call.id)).toMatchObject({ status: "completed", result: DONE });
  });

  test("and cancels the task of a call it does not remember making", async () => {
    const { call } = await begin("startCall");
    await goesOn();
    await interrupt();
    await desk.work("mcp.cancelCall", call.id);
    expect(server.received.at(-1)?.method).toBe("tasks/cancel");
    expect(await settled()).toMatchObject([{ id: call.id, status: "failed", error: { code: "aborted" } }]);
  });
});

test("a call whose caller died with the agent goes on, and its outcome is kept and told", async () => {
  const { call, lost } = await begin("callTool");
  await scene.runtime.crash();
  expect(await lost).toBe("lost");
  await goesOn();
  end();
  expect(await settled()).toMatchObject([{ id: call.id, status: "completed" }]);
  expect(await desk.work("mcp.getCall", call.id)).toMatchObject({ result: DONE });
  expect(scene.runtime.dump()).not.toContain("done at last");
});
