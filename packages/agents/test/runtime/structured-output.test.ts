// Structured output against schemas of both drafts that servers use, in real workerd, where no code can be made from strings.
import { createMockMcpServer, type MockTool } from "@agents-internal/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Desk, deskOf } from "./desk.ts";
import { type Scene, startScene } from "./scene.ts";

const URL_OF = { legacy: "https://legacy.example/mcp", modern: "https://modern.example/mcp" } as const;

/** Each uses words that only its own draft knows, so that checking it by the other one lets the broken value through. */
const SCHEMAS = {
  "draft-07": {
    $schema: "http://json-schema.org/draft-07/schema#",
    type: "object",
    definitions: { positive: { type: "integer", minimum: 1 } },
    properties: {
      count: { $ref: "#/definitions/positive" },
      pair: { type: "array", items: [{ type: "string" }, { type: "number" }], additionalItems: false },
    },
    dependencies: { pair: ["count"] },
    required: ["count"],
  },
  "2020-12": {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    $defs: { positive: { type: "integer", minimum: 1 } },
    properties: {
      count: { $ref: "#/$defs/positive" },
      pair: { type: "array", prefixItems: [{ type: "string" }, { type: "number" }], items: false },
    },
    dependentRequired: { pair: ["count"] },
    required: ["count"],
    unevaluatedProperties: false,
  },
} as const;
const { $schema: _, ...unnamed } = SCHEMAS["2020-12"];
const ALL = { ...SCHEMAS, "no draft named, which is 2020-12": unnamed };
type Draft = keyof typeof ALL;
const DRAFTS = Object.keys(ALL) as Draft[];

/** Answers with what it is given. */
const tools = DRAFTS.map((draft): MockTool => ({
  name: draft.replaceAll(/\W/g, "-"),
  inputSchema: { type: "object" },
  outputSchema: ALL[draft],
  handle: (structuredContent) => ({ content: [], structuredContent }),
}));

let scene: Scene;
let desk: Desk;

beforeAll(async () => {
  const servers = {
    legacy: createMockMcpServer({ url: URL_OF.legacy, tools }),
    modern: createMockMcpServer({ url: URL_OF.modern, tools, era: "modern" }),
  };
  scene = await startScene({
    worker: "fixtures/desk.js",
    classes: ["Desk"],
    hosts: () => ({
      [new URL(URL_OF.legacy).origin]: servers.legacy.handler,
      [new URL(URL_OF.modern).origin]: servers.modern.handler,
    }),
  });
  desk = deskOf(scene, "structured");
});
afterAll(() => scene.dispose());

describe.each(["legacy", "modern"] as const)("a %s server's structured output", (era) => {
  test.each(DRAFTS)("is held to its schema (%s)", async (draft) => {
    const { id: serverId } = await desk.add(era, URL_OF[era]);
    const call = (output: object) => ({ serverId, name: draft.replaceAll(/\W/g, "-"), arguments: output });
    const fine = { count: 2, pair: ["a", 1] };
    expect(await desk.work("mcp.callTool", call(fine))).toMatchObject({ structuredContent: fine });
    const broken = [
      {},
      { count: 0 },
      { count: 2, pair: [1, "a"] },
      { count: 2, pair: ["a", 1, "more"] },
      { pair: ["a", 1] },
      ...(draft === "draft-07" ? [] : [{ count: 2, unheardOf: true }]),
    ];
    for (const output of broken) {
      const { code, message } = await desk.failure("mcp.callTool", call(output));
      expect([output, code]).toEqual([output, "result-invalid"]);
      expect(message).not.toBe("");
    }
  });
});
