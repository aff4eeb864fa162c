// Models of both versions of the AI SDK with the tools of real servers: they call, are stopped, see images and learn of errors.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { toolKey } from "../../../src/mcp/index.ts";
import { AI_SDKS } from "../ai-sdks.ts";
import { createScene, type MatrixScene, soon } from "./matrix-scene.ts";
import { KINDS, type MatrixServer } from "./matrix-servers.ts";

const SERVERS = KINDS.filter(({ name }) => ["1.x, with sessions", "2.x", "the everything server"].includes(name));
const HOW = ["generate", "stream"] as const;

describe.each(SERVERS)("tools of a server of $name", (kind) => {
  let server: MatrixServer;
  let scene: MatrixScene;
  beforeAll(async () => void (server = await kind.serve()));
  afterEach(() => scene.dispose());
  afterAll(() => server.close());

  describe.each(AI_SDKS)("in AI SDK $version", (sdk) => {
    const run = async (how: (typeof HOW)[number], name: string, input: object, abortSignal?: AbortSignal) =>
      sdk[how]({
        tools: scene.mcp.getAITools(),
        call: { toolName: toolKey(scene.id, name), input },
        ...(abortSignal && { abortSignal }),
      });

    test.each(HOW)("%s: a call reaches the server, and its answer the model", async (how) => {
      scene = await createScene(kind, server);
      const { output, text, warnings } = await run(how, "echo", { message: "hello" });
      expect({ output, text, warnings }).toEqual({
        output: { type: "text", value: "Echo: hello" },
        text: "done",
        warnings: [],
      });
    });

    test.each(HOW)("%s: an image reaches the model as an image", async (how) => {
      scene = await createScene(kind, server);
      const { output, warnings } = await run(how, "get-tiny-image", {});
      const type = sdk.version === 6 ? "image-data" : "file";
      expect(output).toMatchObject({
        type: "content",
        value: expect.arrayContaining([expect.objectContaining({ type, mediaType: "image/png" })]),
      });
      expect(warnings).toEqual([]);
    });

    test.each(HOW)("%s: a tool that fails is an error", async (how) => {
      scene = await createScene(kind, server);
      const { output, parts } = await run(how, "echo", { message: 7 });
      expect(parts).toMatchObject([{ type: "tool-error", value: { code: "tool-failed", serverId: scene.id } }]);
      expect(output).toMatchObject({ type: "error-text" });
    });

    test.each(HOW)("%s: an abort ends the call at the server", async (how) => {
      scene = await createScene(kind, server);
      const stop = new AbortController();
      const running = run(how, "trigger-long-running-operation", { duration: 2, steps: 1 }, stop.signal);
      const ended = running.catch(() => null);
      await soon(() => expect(scene.asked("tools/call")).toBe(1));
      stop.abort();
      await scene.expectCancelled();
      await ended;
      expect(scene.mcp.getState().servers[scene.id]?.state).toBe("ready");
    });
  });
});
