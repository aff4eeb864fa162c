// Both versions of the AI SDK behind one face, each with its own mock model that calls one tool and then says "done".
import * as ai7 from "ai";
import { MockLanguageModelV4 } from "ai/test";
import * as ai6 from "ai6";
import { convertArrayToReadableStream, MockLanguageModelV3 } from "ai6/test";
import type { MCPAIToolSet } from "../../src/mcp/index.ts";

export interface ModelRun {
  readonly tools: MCPAIToolSet;
  /** What the model calls in its first step. */
  readonly call: { readonly toolName: string; readonly input: unknown };
  readonly abortSignal?: AbortSignal;
}

export interface ModelRunResult {
  /** What the model was offered: names and schemas. */
  readonly offered: readonly unknown[];
  /** The output of the tool as the model got it in its second step. */
  readonly output: unknown;
  /** Tool results and errors as the application sees them, oldest first. */
  readonly parts: readonly { readonly type: string; readonly preliminary: boolean; readonly value: unknown }[];
  readonly text: string;
  /** What the SDK warned of. */
  readonly warnings: readonly unknown[];
}

export interface AISdk {
  readonly version: 6 | 7;
  generate(run: ModelRun): Promise<ModelRunResult>;
  stream(run: ModelRun): Promise<ModelRunResult>;
}

const tokens = { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined };
const usage = { inputTokens: tokens, outputTokens: { total: 1, text: 1, reasoning: undefined } };
const prompt = "Go on.";

type Said =
  | { readonly type: "tool-call"; readonly toolCallId: string; readonly toolName: string; readonly input: string }
  | { readonly type: "text"; readonly text: string };

type Spoken =
  | Extract<Said, { type: "tool-call" }>
  | { readonly type: "stream-start"; readonly warnings: [] }
  | { readonly type: "text-start" | "text-end"; readonly id: string }
  | { readonly type: "text-delta"; readonly id: string; readonly delta: string }
  | {
      readonly type: "finish";
      readonly finishReason: ReturnType<typeof answer>["finishReason"];
      readonly usage: typeof usage;
    };

/** The first step calls the tool, the second one ends. */
function answer({ call: { toolName, input } }: ModelRun, step: number) {
  const unified: "tool-calls" | "stop" = step === 1 ? "tool-calls" : "stop";
  const said: Said =
    step === 1
      ? { type: "tool-call", toolCallId: "call-1", toolName, input: JSON.stringify(input) ?? "" }
      : { type: "text", text: "done" };
  return { content: [said], finishReason: { unified, raw: undefined }, usage, warnings: [] };
}

function streamed(run: ModelRun, step: number) {
  const { content, finishReason } = answer(run, step);
  const parts = content.flatMap((part): Spoken[] =>
    part.type === "tool-call"
      ? [part]
      : [
          { type: "text-start", id: "1" },
          { type: "text-delta", id: "1", delta: part.text },
          { type: "text-end", id: "1" },
        ],
  );
  const all: Spoken[] = [{ type: "stream-start", warnings: [] }, ...parts, { type: "finish", finishReason, usage }];
  return { stream: convertArrayToReadableStream(all) };
}

interface ModelCall {
  readonly tools?: readonly unknown[] | undefined;
  readonly prompt: readonly { readonly role: string; readonly content: unknown }[];
}

function seen(calls: readonly ModelCall[]) {
  const [first, second] = calls;
  const tool = second?.prompt.find(({ role }) => role === "tool")?.content;
  const [result] = Array.isArray(tool) ? (tool as readonly { output: unknown }[]) : [];
  return { offered: first?.tools ?? [], output: result?.output };
}

function partsOf(parts: readonly object[]): ModelRunResult["parts"] {
  return parts.flatMap((part) => {
    const { type, preliminary, output, error } = part as Record<string, unknown>;
    return type === "tool-result" || type === "tool-error"
      ? [{ type, preliminary: preliminary === true, value: type === "tool-error" ? error : output }]
      : [];
  });
}

/** The SDKs tell of warnings through this global. */
async function noting<T>(work: (warnings: unknown[]) => Promise<T>): Promise<T> {
  const warnings: unknown[] = [];
  const place = globalThis as { AI_SDK_LOG_WARNINGS?: unknown };
  const before = place.AI_SDK_LOG_WARNINGS;
  place.AI_SDK_LOG_WARNINGS = (options: { warnings: readonly unknown[] }) => void warnings.push(...options.warnings);
  try {
    return await work(warnings);
  } finally {
    place.AI_SDK_LOG_WARNINGS = before;
  }
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const part of stream) all.push(part);
  return all;
}

const sdk6: AISdk = {
  version: 6,
  generate: (run) =>
    noting(async (warnings) => {
      const model: MockLanguageModelV3 = new MockLanguageModelV3({
        doGenerate: async () => answer(run, model.doGenerateCalls.length),
      });
      const { tools, abortSignal } = run;
      const stopWhen = ai6.stepCountIs(2);
      const { steps, text } = await ai6.generateText({ model, prompt, tools, abortSignal, stopWhen });
      return {
        ...seen(model.doGenerateCalls),
        parts: partsOf(steps.flatMap(({ content }) => content)),
        text,
        warnings,
      };
    }),
  stream: (run) =>
    noting(async (warnings) => {
      const model: MockLanguageModelV3 = new MockLanguageModelV3({
        doStream: async () => streamed(run, model.doStreamCalls.length),
      });
      const { tools, abortSignal } = run;
      const stopWhen = ai6.stepCountIs(2);
      const result = ai6.streamText({ model, prompt, tools, abortSignal, stopWhen, onError: () => undefined });
      const parts = partsOf(await collect(result.fullStream));
      return { ...seen(model.doStreamCalls), parts, text: await result.text, warnings };
    }),
};

const sdk7: AISdk = {
  version: 7,
  generate: (run) =>
    noting(async (warnings) => {
      const model: MockLanguageModelV4 = new MockLanguageModelV4({
        doGenerate: async () => answer(run, model.doGenerateCalls.length),
      });
      const { tools, abortSignal } = run;
      const stopWhen = ai7.stepCountIs(2);
      const { steps, text } = await ai7.generateText({ model, prompt, tools, abortSignal, stopWhen });
      return {
        ...seen(model.doGenerateCalls),
        parts: partsOf(steps.flatMap(({ content }) => content)),
        text,
        warnings,
      };
    }),
  stream: (run) =>
    noting(async (warnings) => {
      const model: MockLanguageModelV4 = new MockLanguageModelV4({
        doStream: async () => streamed(run, model.doStreamCalls.length),
      });
      const { tools, abortSignal } = run;
      const stopWhen = ai7.stepCountIs(2);
      const result = ai7.streamText({ model, prompt, tools, abortSignal, stopWhen, onError: () => undefined });
      const parts = partsOf(await collect(result.fullStream));
      return { ...seen(model.doStreamCalls), parts, text: await result.text, warnings };
    }),
};

export const AI_SDKS: readonly AISdk[] = [sdk6, sdk7];
