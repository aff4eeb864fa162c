// The Worker with an agent that asks a model through the AI SDK. The model is a mock; what is prepared for it is not.
import { generateText } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { Bench } from "./worker.ts";

export { default } from "./worker.ts";

export class ModelBench extends Bench {
  /** Bytes of the schemas the model was given with the last call. */
  #schemaBytes = 0;

  async askModel(times: number, withTools: boolean): Promise<number> {
    const tools = withTools ? this.mcp.getAITools() : {};
    const model = new MockLanguageModelV4({
      doGenerate: async (options) => {
        const given = options.tools ?? [];
        this.#schemaBytes = given.reduce(
          (sum, tool) => sum + ("inputSchema" in tool ? sizeOf(tool.inputSchema) : 0),
          0,
        );
        return {
          content: [{ type: "text", text: "Nothing." }],
          finishReason: { unified: "stop", raw: undefined },
          usage: {
            inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
            outputTokens: { total: 1, text: 1, reasoning: undefined },
          },
          warnings: [],
        };
      },
    });
    for (let done = 0; done < times; done += 1) await generateText({ model, tools, prompt: "hello" });
    return this.#schemaBytes;
  }
}

const sizeOf = (schema: unknown): number => new TextEncoder().encode(JSON.stringify(schema)).length;
