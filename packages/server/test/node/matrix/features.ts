// Every feature a client can use, each as the agent code that uses it: the same for all servers.
import type { CallToolResult, ElicitResult, JsonObject } from "@agents-internal/protocol";
import { expect } from "vitest";
import { toolKey } from "../../../src/mcp/index.ts";
import { failure } from "../mcp-scenes.ts";
import { LOG_LEVELS, UPDATED } from "./showcase-offer.ts";
import { type MatrixScene, soon } from "./matrix-scene.ts";
import { withoutLive } from "../without-live.ts";

const [FIRST, SECOND] = UPDATED;
const DOCUMENT = "demo://resource/static/document/features.md";

const call = ({ mcp, id }: MatrixScene, name: string, args: JsonObject = {}): Promise<CallToolResult> =>
  mcp.callTool({ serverId: id, name, arguments: args });
const said = (result: CallToolResult): string =>
  result.content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
/** What a tool that asks a person says it was told, without spaces. */
const toldTo = async (scene: MatrixScene, name: string, args?: JsonObject) =>
  said(await call(scene, name, args)).replaceAll(/\s/g, "");

export const FEATURES = {
  "tools, listed and called": async (scene) => {
    expect(scene.mcp.listTools().map(({ name }) => name)).toEqual(expect.arrayContaining(["echo", "get-tiny-image"]));
    expect(said(await call(scene, "echo", { message: "hello" }))).toBe("Echo: hello");
  },

  "structured output": async (scene) => {
    const { structuredContent } = await call(scene, "get-structured-content", { location: "New York" });
    expect(structuredContent).toEqual({ temperature: 33, conditions: "Cloudy", humidity: 82 });
  },

  "images, links and embedded resources": async (scene) => {
    const image = { type: "image", data: expect.stringMatching(/^iVBOR/), mimeType: "image/png" };
    expect((await call(scene, "get-tiny-image")).content).toContainEqual(image);
    const links = (await call(scene, "get-resource-links", { count: 2 })).content;
    expect(links.filter(({ type }) => type === "resource_link")).toHaveLength(2);
    const reference = { resourceType: "Text", resourceId: 1 };
    const resource = { uri: FIRST, mimeType: "text/plain", text: expect.stringContaining("Resource 1") };
    expect((await call(scene, "get-resource-reference", reference)).content).toContainEqual({
      type: "resource",
      resource,
    });
  },

  "tools that fail": async (scene) => {
    const result = await call(scene, "echo", { message: 7 });
    expect(result.isError).toBe(true);
    expect(said(result)).toMatch(/validation/i);
  },

  "things that do not exist": async ({ mcp, id }) => {
    const missing = "nothing";
    const inPrompts = await failure(mcp.getPrompt({ serverId: id, name: missing }));
    expect(inPrompts).toMatchObject({ code: "protocol-error", rpcCode: -32_602, serverId: id });
    const inResources = await failure(mcp.readResource({ serverId: id, uri: "demo://nothing" }));
    expect(inResources).toMatchObject({ code: "protocol-error", serverId: id });
    const inServers = await failure(mcp.callTool({ serverId: missing, name: "echo" }));
    expect(inServers).toMatchObject({ code: "server-not-found" });
  },

  "tools for models": async ({ mcp, id }) => {
    const { execute, toModelOutput } = mcp.getAITools()[toolKey(id, "get-tiny-image")] ?? {};
    const output = await execute?.({});
    expect(toModelOutput?.({ toolCallId: "1", input: {}, output })).toMatchObject({
      type: "content",
      value: expect.arrayContaining([expect.objectContaining({ type: "image-data", mediaType: "image/png" })]),
    });
  },

  prompts: async ({ mcp, id }) => {
    expect(mcp.listPrompts().map(({ name }) => name)).toContain("completable-prompt");
    const request = { name: "completable-prompt", arguments: { department: "Sales", name: "Eve" } };
    const { messages } = await mcp.getPrompt({ serverId: id, ...request });
    const text = "Please promote Eve to the head of the Sales team.";
    expect(messages).toEqual([{ role: "user", content: { type: "text", text } }]);
  },

  "suggestions for prompts": async ({ mcp, id }) => {
    const ref = { type: "ref/prompt", name: "completable-prompt" } as const;
    const department = await mcp.complete({ serverId: id, ref, argument: { name: "department", value: "E" } });
    expect(department.values).toEqual(["Engineering"]);
    const context = { arguments: { department: "Sales" } };
    const name = await mcp.complete({ serverId: id, ref, argument: { name: "name", value: "E" }, context });
    expect(name.values).toEqual(["Eve"]);
  },

  "suggestions for templates": async ({ mcp, id }) => {
    const ref = { type: "ref/resource", uri: "demo://resource/dynamic/text/{resourceId}" } as const;
    const { values } = await mcp.complete({ serverId: id, ref, argument: { name: "resourceId", value: "12" } });
    expect(values).toEqual(["12"]);
  },

  resources: async ({ mcp, id }) => {
    expect(mcp.listResources().map(({ uri }) => uri)).toContain(DOCUMENT);
    const { contents } = await mcp.readResource({ serverId: id, uri: DOCUMENT });
    expect(contents).toMatchObject([{ uri: DOCUMENT, mimeType: "text/markdown", text: expect.stringMatching(/^# /) }]);
  },

  templates: async ({ mcp, id }) => {
    expect(mcp.listResourceTemplates().map(({ uriTemplate }) => uriTemplate)).toEqual([
      "demo://resource/dynamic/text/{resourceId}",
      "demo://resource/dynamic/blob/{resourceId}",
    ]);
    const uri = "demo://resource/dynamic/blob/7";
    const { contents } = await mcp.readResource({ serverId: id, uri });
    expect(contents).toMatchObject([{ uri, blob: expect.stringMatching(/^[\w+/]+=*$/) }]);
  },

  "resources that are made during a session": async (scene) => {
    const { mcp, id } = scene;
    const name = `made-${scene.serial}.gz`;
    const uri = `demo://resource/session/${name}`;
    await call(scene, "gzip-file-as-resource", { name, data: "data:text/plain,hello", outputType: "resourceLink" });
    expect((await mcp.readResource({ serverId: id, uri })).contents).toMatchObject([
      { uri, blob: expect.stringMatching(/^H4sI/) },
    ]);
  },

  "lists of many pages": async ({ mcp, asked }) => {
    expect(asked("resources/list")).toBeGreaterThan(1);
    const uris = mcp.listResources().map(({ uri }) => uri);
    expect(uris.length).toBeGreaterThan(2);
    expect(new Set(uris).size).toBe(uris.length);
  },

  "lists that change": async (scene) => {
    const name = `changed-${scene.serial}.gz`;
    await call(scene, "gzip-file-as-resource", { name, data: "data:text/plain,hello", outputType: "resourceLink" });
    await soon(() =>
      expect(scene.mcp.listResources().map(({ uri }) => uri)).toContain(`demo://resource/session/${name}`),
    );
  },

  "tools that change": async ({ server, asked }) => {
    const before = asked("tools/list");
    await soon(() => {
      // Said again until the stream that hears it is open.
      server.toolsChanged?.();
      expect(asked("tools/list")).toBeGreaterThan(before);
    });
  },

  progress: async ({ mcp, id }) => {
    const steps: string[] = [];
    const request = { serverId: id, name: "trigger-long-running-operation", arguments: { duration: 0.06, steps: 3 } };
    await mcp.callTool(request, { onProgress: ({ progress, total }) => void steps.push(`${progress}/${total}`) });
    expect(steps).toEqual(["1/3", "2/3", "3/3"]);
  },

  "progress that keeps a call alive": async ({ mcp, id }) => {
    const request = { serverId: id, name: "trigger-long-running-operation", arguments: { duration: 1.2, steps: 12 } };
    let steps = 0;
    await mcp.callTool(request, { timeout: 600, onProgress: () => void (steps += 1) });
    expect(steps).toBe(12);
  },

  "calls that take too long": async (scene) => {
    const { mcp, id } = scene;
    const request = { serverId: id, name: "trigger-long-running-operation", arguments: { duration: 2, steps: 1 } };
    expect(await failure(mcp.callTool(request, { timeout: 50 }))).toMatchObject({ code: "timeout", serverId: id });
    await scene.expectCancelled();
    expect(said(await call(scene, "echo", { message: "on" }))).toBe("Echo: on");
  },

  "calls that are given up": async (scene) => {
    const { mcp, id } = scene;
    const limit = new AbortController();
    const request = { serverId: id, name: "trigger-long-running-operation", arguments: { duration: 2, steps: 1 } };
    const given = failure(mcp.callTool(request, { signal: limit.signal }));
    await soon(() => expect(scene.asked("tools/call")).toBe(1));
    limit.abort();
    expect(await given).toMatchObject({ code: "aborted", serverId: id });
    await scene.expectCancelled();
    expect(said(await call(scene, "echo", { message: "on" }))).toBe("Echo: on");
  },

  "log messages from a level on": async (scene) => {
    const { mcp, id, logs } = scene;
    await mcp.setLoggingLevel({ serverId: id, level: "debug" });
    await call(scene, "toggle-simulated-logging");
    await soon(() => expect(logs.filter(({ data }) => /level|message/.test(String(data)))).not.toEqual([]));
    expect(logs.every(({ serverId }) => serverId === id)).toBe(true);
    await mcp.setLoggingLevel({ serverId: id, level: "alert" });
    logs.length = 0;
    // The example server says one thing each time it is turned on, as grave as chance will have it.
    for (let times = 0; times < 4; times += 1) await call(scene, "toggle-simulated-logging");
    expect(logs.filter(({ level }) => LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf("alert"))).toEqual([]);
  },

  "resources that change": async (scene) => {
    const { mcp, id, updates } = scene;
    await mcp.subscribeResource({ serverId: id, uri: FIRST });
    await soon(async () => {
      // The example server tells at once only when it is turned on.
      await call(scene, "toggle-subscriber-updates");
      expect(updates).toContain(FIRST);
    });
    expect(updates).not.toContain(SECOND);
    await mcp.subscribeResource({ serverId: id, uri: SECOND });
    await mcp.unsubscribeResource({ serverId: id, uri: FIRST });
    updates.length = 0;
    await soon(async () => {
      await call(scene, "toggle-subscriber-updates");
      expect(updates).toContain(SECOND);
    });
    expect(updates).not.toContain(FIRST);
  },

  "elicitation of a form": async (scene) => {
    const answers: readonly (readonly [ElicitResult, readonly string[]])[] = [
      // The default of the form is filled in.
      [{ action: "accept", content: { name: "Ada" } }, ['"action":"accept"', '"name":"Ada"', '"integer":42']],
      [{ action: "decline" }, ['"action":"decline"']],
      [{ action: "cancel" }, ['"action":"cancel"']],
    ];
    for (const [answer, told] of answers) {
      scene.answers.form = answer;
      const heard = await toldTo(scene, "trigger-elicitation-request");
      for (const part of told) expect(heard).toContain(part);
    }
  },

  "elicitation by a page": async (scene) => {
    const url = "https://pay.example/1";
    const heard = await toldTo(scene, "trigger-url-elicitation", { url });
    expect(heard).toContain('"action":"accept"');
    expect(scene.pages).toEqual([url]);
  },

  sampling: async (scene) => {
    const heard = await toldTo(scene, "trigger-sampling-request", { prompt: "2 + 2?", maxTokens: 10 });
    expect(heard).toContain('"text":"Four."');
    expect(JSON.stringify(scene.asksOfModels)).toContain("2 + 2?");
  },

  roots: async (scene) => {
    expect(await toldTo(scene, "get-roots-list")).toContain("file:///before");
    scene.mcp.configureRoots([{ uri: "file:///after" }]);
    await soon(async () => expect(await toldTo(scene, "get-roots-list")).toContain("file:///after"));
  },

  "what a server says of itself": ({ mcp, id }) => {
    const { servers } = mcp.getState();
    expect(servers[id]).toMatchObject({ state: "ready", error: null, instructions: expect.stringMatching(/\w+/) });
  },

  "a wake without a request": async (scene) => {
    const before = withoutLive(scene.mcp.getState());
    await scene.wake();
    const requests = scene.seen().length;
    expect(withoutLive(scene.mcp.getState())).toEqual(before);
    expect(scene.mcp.listTools().length).toBeGreaterThan(5);
    expect(scene.seen()).toHaveLength(requests);
    expect(said(await call(scene, "echo", { message: "awake" }))).toBe("Echo: awake");
  },

  "a session that is lost": async (scene) => {
    const before = scene.asked("initialize");
    await scene.server.restart?.();
    await soon(async () => expect(said(await call(scene, "echo", { message: "again" }))).toBe("Echo: again"));
    expect(scene.asked("initialize")).toBeGreaterThan(before);
    expect(scene.mcp.getState().servers[scene.id]?.state).toBe("ready");
  },

  "the end of a session": async (scene) => {
    await scene.mcp.removeServer(scene.id);
    await scene.expectEnded();
  },

  "nothing left behind": async ({ mcp, id, ports }) => {
    await mcp.removeServer(id);
    await ports.settled();
    expect(ports.sql.dump()).not.toContain(id);
    expect(mcp.getState().servers).toEqual({});
  },
} as const satisfies Record<string, (scene: MatrixScene) => void | Promise<void>>;

export type Feature = keyof typeof FEATURES;
