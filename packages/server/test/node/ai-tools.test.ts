// Models call MCP tools through both versions of the AI SDK, with the SDK's own mock model over a mock network.
import type { CallToolResult, JsonObject } from "@agents-internal/protocol";
import type { MockTool, ToolCall } from "@agents-internal/testing";
import type { ToolSet as ToolSet7 } from "ai";
import type { ToolSet as ToolSet6 } from "ai6";
import { describe, expect, test, vi } from "vitest";
import { McpError } from "../../src/mcp/errors.ts";
import { toolKey } from "../../src/mcp/index.ts";
import { AI_SDKS } from "./ai-sdks.ts";
import { MCP_URL, openServer } from "./mcp-scenes.ts";

type Handle = (args: JsonObject, call: ToolCall) => CallToolResult | Promise<CallToolResult>;

const tool = (name: string, handle?: Handle): MockTool => ({
  name,
  description: `Does ${name}.`,
  inputSchema: { type: "object", properties: { n: { type: "integer", "x-anything": true } }, required: ["n"] },
  ...(handle && { handle }),
});

async function hostWith(tools: readonly MockTool[], options: Parameters<typeof openServer>[0] = {}) {
  const { server, host } = openServer({ tools, ...options });
  const { id } = await host.add("mock", MCP_URL);
  return { server, host, id, key: (name: string) => toolKey(id, name) };
}

const IMAGE = "iVBORw0KGgo=";

describe.each(AI_SDKS)("AI SDK $version", (sdk) => {
  test.each(["generate", "stream"] as const)(
    "%s: a model calls a tool with arguments and gets its answer",
    async (how) => {
      const { host, key } = await hostWith([
        tool("double", ({ n }) => ({ content: [{ type: "text", text: String(Number(n) * 2) }] })),
      ]);
      const run = await sdk[how]({ tools: host.mcp.getAITools(), call: { toolName: key("double"), input: { n: 21 } } });
      expect(run.offered).toEqual([
        {
          type: "function",
          name: key("double"),
          description: "Does double.",
          inputSchema: tool("double").inputSchema,
        },
      ]);
      expect(run.output).toEqual({ type: "text", value: "42" });
      expect(run.parts).toEqual([
        { type: "tool-result", preliminary: false, value: { content: [{ type: "text", text: "42" }] } },
      ]);
      expect(run.text).toBe("done");
      expect(run.warnings).toEqual([]);
    },
  );

  test.each(["generate", "stream"] as const)(
    "%s: images, audio and embedded files reach the model as files, without a warning",
    async (how) => {
      const { host, key } = await hostWith([
        tool("look", () => ({
          content: [
            { type: "text", text: "See:" },
            { type: "image", data: IMAGE, mimeType: "image/png" },
            { type: "audio", data: "AAAA", mimeType: "audio/wav" },
            {
              type: "resource",
              resource: { uri: "file:///tmp/report.pdf", mimeType: "application/pdf", blob: "JVBE" },
            },
            { type: "resource", resource: { uri: "file:///notes.txt", text: "a note" } },
            { type: "resource_link", uri: "https://files.example/1", name: "one" },
          ],
        })),
      ]);
      const run = await sdk[how]({ tools: host.mcp.getAITools(), call: { toolName: key("look"), input: {} } });
      const file = (type: string, data: string, about: object) =>
        sdk.version === 6 ? { type, data, ...about } : { type: "file", data: { type: "data", data }, ...about };
      expect(run.output).toEqual({
        type: "content",
        value: [
          { type: "text", text: "See:" },
          file("image-data", IMAGE, { mediaType: "image/png" }),
          file("file-data", "AAAA", { mediaType: "audio/wav" }),
          file("file-data", "JVBE", { mediaType: "application/pdf", filename: "report.pdf" }),
          { type: "text", text: '{"uri":"file:///notes.txt","text":"a note"}' },
          { type: "text", text: '{"type":"resource_link","uri":"https://files.example/1","name":"one"}' },
        ],
      });
      expect(run.warnings).toEqual([]);
    },
  );

  test("structured content reaches the model as JSON, once", async () => {
    const structuredContent = { city: "Oslo", degrees: 5 };
    const { host, key } = await hostWith([
      tool("only", () => ({ content: [], structuredContent })),
      tool("same", () => ({
        content: [{ type: "text", text: '{ "degrees": 5, "city": "Oslo" }' }],
        structuredContent,
      })),
      tool("words", () => ({ content: [{ type: "text", text: "Cold." }], structuredContent })),
    ]);
    const outputOf = async (name: string) =>
      (await sdk.generate({ tools: host.mcp.getAITools(), call: { toolName: key(name), input: {} } })).output;
    expect(await outputOf("only")).toEqual({ type: "json", value: structuredContent });
    expect(await outputOf("same")).toEqual({ type: "json", value: structuredContent });
    expect(await outputOf("words")).toEqual({ type: "text", value: `Cold.\n${JSON.stringify(structuredContent)}` });
  });

  test.each(["generate", "stream"] as const)(
    "%s: a tool that fails is an error for the model and for the application",
    async (how) => {
      const { host, key, id } = await hostWith([
        tool("break", () => ({
          isError: true,
          content: [
            { type: "text", text: "No such city." },
            { type: "image", data: IMAGE, mimeType: "image/png" },
          ],
        })),
      ]);
      const run = await sdk[how]({ tools: host.mcp.getAITools(), call: { toolName: key("break"), input: {} } });
      expect(run.parts).toMatchObject([{ type: "tool-error", value: { code: "tool-failed", serverId: id } }]);
      expect(run.parts[0]?.value).toBeInstanceOf(McpError);
      const said = "The tool reported a failure. No such city.\n[image/png]";
      expect(run.output).toEqual({ type: "error-text", value: sdk.version === 6 ? said : `McpError: ${said}` });
    },
  );

  test("a call that could not be made is an error with the engine's code", async () => {
    const { host, key, server } = await hostWith([tool("gone")]);
    const tools = host.mcp.getAITools();
    server.change({ tools: [] });
    const run = await sdk.generate({ tools, call: { toolName: key("gone"), input: {} } });
    expect(run.parts).toMatchObject([{ type: "tool-error", value: { code: "protocol-error", rpcCode: -32602 } }]);
  });

  test.each(["legacy", "modern"] as const)("an abort reaches a %s server", async (era) => {
    for (const how of ["generate", "stream"] as const) {
      let started = (): void => undefined;
      const isRunning = new Promise<void>((resolve) => (started = resolve));
      let reached: AbortSignal | undefined;
      const { host, key, server } = await hostWith(
        [
          tool("hang", async (_args, { signal }) => {
            reached = signal;
            started();
            return new Promise<never>(() => undefined);
          }),
        ],
        { era },
      );
      const stop = new AbortController();
      const run = sdk[how]({
        tools: host.mcp.getAITools(),
        call: { toolName: key("hang"), input: {} },
        abortSignal: stop.signal,
      }).catch(() => null);
      await isRunning;
      stop.abort();
      if (era === "legacy") {
        const calls = () => server.received.filter(({ method }) => method === "notifications/cancelled");
        await vi.waitFor(() => expect(calls()).toHaveLength(1));
      } else await vi.waitFor(() => expect(reached?.aborted).toBe(true));
      await run;
    }
  });

  test("progress arrives as preliminary results where it is asked for", async () => {
    const { host, key } = await hostWith(
      [
        tool("count", async (_args, { progress }) => {
          progress(1, 2, "half");
          return { content: [{ type: "text", text: "all" }] };
        }),
      ],
      { answers: "sse" },
    );
    const call = { toolName: key("count"), input: {} };
    const final = { type: "tool-result", preliminary: false, value: { content: [{ type: "text", text: "all" }] } };
    const run = await sdk.stream({ tools: host.mcp.getAITools({}, { progress: true }), call });
    expect(run.parts.at(-1)).toEqual(final);
    expect(run.parts[0]).toEqual({
      type: "tool-result",
      preliminary: true,
      value: {
        content: [{ type: "text", text: "half" }],
        _meta: { progress: { progress: 1, total: 2, message: "half" } },
      },
    });
    expect(run.output).toEqual({ type: "text", value: "all" });
    expect((await sdk.stream({ tools: host.mcp.getAITools(), call })).parts).toEqual([final]);
  });

  test("a tool named __proto__ is called like any other", async () => {
    const { host, key } = await hostWith([tool("__proto__"), tool("constructor")]);
    const run = await sdk.generate({
      tools: host.mcp.getAITools(),
      call: { toolName: key("__proto__"), input: { n: 1 } },
    });
    expect(run.offered).toHaveLength(2);
    expect(run.output).toEqual({ type: "text", value: '{"n":1}' });
  });
});

test("a stored conversation becomes what both versions understand, whatever was stored", async () => {
  const { host, key } = await hostWith([tool("look")]);
  const { toModelOutput } = host.mcp.getAITools()[key("look")] ?? {};
  const output = { content: [{ type: "image", data: IMAGE, mimeType: "image/png" }] };
  const image = { type: "content", value: [{ type: "image-data", data: IMAGE, mediaType: "image/png" }] };
  expect(toModelOutput?.({ toolCallId: "1", input: {}, output })).toEqual(image);
  expect(toModelOutput?.(output)).toEqual(image);
  expect(toModelOutput?.({ toolCallId: "1", input: {}, output: "shortened" })).toEqual({
    type: "text",
    value: "shortened",
  });
  expect(toModelOutput?.({ toolCallId: "1", input: {}, output: undefined })).toEqual({ type: "text", value: "" });
});

test("calling a tool by hand gives the server's own answer, as a promise, with progress or without", async () => {
  const { host, key } = await hostWith([tool("echo")]);
  for (const options of [{}, { progress: true }]) {
    const { execute } = host.mcp.getAITools({}, options)[key("echo")] ?? {};
    const running = execute?.({ n: 1 });
    expect(running).toBeInstanceOf(Promise);
    expect(await running).toEqual({ content: [{ type: "text", text: '{"n":1}' }] });
    await expect(execute?.([1])).rejects.toMatchObject({ code: "option-invalid" });
  }
});

test("a rejected call whose progress nobody follows to the end leaves no unhandled rejection", async () => {
  const { host, key } = await hostWith([tool("break", () => ({ isError: true, content: [] }))]);
  const running = host.mcp.getAITools({}, { progress: true })[key("break")]?.execute({});
  const steps = (running as unknown as AsyncIterable<CallToolResult>)[Symbol.asyncIterator]();
  await expect(steps.next()).rejects.toMatchObject({ code: "tool-failed" });
});

test("a thousand tools are offered in a stable order, and no schema is converted or copied", async () => {
  const names = Array.from({ length: 1000 }, (_, index) => `t${(index * 7919) % 1000}`);
  const { host, id } = await hostWith(names.map((name) => tool(name)));
  const listed = new Map(host.mcp.listTools().map(({ name, inputSchema }) => [toolKey(id, name), inputSchema]));
  const tools = Object.entries(host.mcp.getAITools());
  expect(tools).toHaveLength(1000);
  expect(tools.filter(([key, { inputSchema }]) => inputSchema.jsonSchema !== listed.get(key))).toEqual([]);
  expect(tools.map(([key]) => key)).toEqual([...listed.keys()].sort());
});

test("the filter decides whose tools are offered", async () => {
  const { host, id, key } = await hostWith([tool("echo")]);
  expect(Object.keys(host.mcp.getAITools({ serverId: id }))).toEqual([key("echo")]);
  expect(Object.keys(host.mcp.getAITools({ serverName: ["other", "mock"], state: "ready" }))).toEqual([key("echo")]);
  expect(Object.keys(host.mcp.getAITools({ serverId: "other" }))).toEqual([]);
});

test("the tool set has the type that both versions ask for", async () => {
  const { host } = await hostWith([tool("echo")]);
  const for6 = host.mcp.getAITools() satisfies ToolSet6;
  const for7 = host.mcp.getAITools() satisfies ToolSet7;
  expect(Object.keys(for6)).toEqual(Object.keys(for7));
});
