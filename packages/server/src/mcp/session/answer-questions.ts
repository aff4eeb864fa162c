// Finds the answer to a server's question: from the developer's handlers, or from people. Pushed or in a result, it is the same.
import type {
  ElicitRequest,
  ElicitResult,
  JsonObject,
  Root,
  SamplingRequest,
  SamplingResult,
} from "@agents-internal/protocol";
import type { Asking, People, PostedAsking } from "../elicitation/people.ts";
import { McpError } from "../errors.ts";
import type { Log } from "../ports.ts";
import type { QuestionHandlers } from "../question-handlers.ts";
import { isRecord } from "../is-record.ts";
import type { CallsUnderWay } from "./calls-under-way.ts";
import { withDefaults } from "../elicitation/form-defaults.ts";
import type { RequestHandler } from "./protocol/inbound.ts";
import { readElicitation, readSampling } from "./protocol/question-shape.ts";
import { RPC_CODES, RpcError } from "./protocol/rpc-error.ts";

export interface QuestionsPort {
  readonly serverId: string;
  readonly log: Log;
  /** Asked anew for each question, so that handlers set later apply to live sessions. */
  readonly handlers: () => QuestionHandlers;
  /** Absent: nobody is at the clients. */
  readonly people?: People | undefined;
}

export interface Answers {
  elicitation(params: ElicitRequest["params"], asking: Omit<Asking, "serverId">): Promise<ElicitResult>;
  sampling(params: SamplingRequest["params"], signal: AbortSignal): Promise<SamplingResult>;
  roots(signal: AbortSignal): Promise<{ readonly roots: readonly Root[] }>;
  /** For a stored call: people are asked, and nobody waits here. Throws where they may not be. */
  post(params: ElicitRequest["params"], asking: Omit<PostedAsking, "serverId">): void;
  /** People are asked, not a handler. */
  asksPeople(params: ElicitRequest["params"]): boolean;
}

/** MCP specification, "Sampling", Error Handling: the person said no. */
const USER_REJECTED = -1;

/** What is announced: the developer's own words, else what there are handlers for. */
export function withQuestions(capabilities: JsonObject | undefined, handlers: QuestionHandlers): JsonObject {
  const { form, url } = handlers.elicitation ?? {};
  return {
    ...((form ?? url) && { elicitation: { ...(form && { form: {} }), ...(url && { url: {} }) } }),
    ...(handlers.sampling && { sampling: {} }),
    ...(handlers.roots && { roots: { listChanged: true } }),
    ...capabilities,
  };
}

export function createAnswers(port: QuestionsPort, capabilities: JsonObject): Answers {
  const { serverId, handlers, people } = port;
  const canUseTools = isRecord(capabilities.sampling) && capabilities.sampling.tools !== undefined;
  const handlerOf = ({ mode }: ElicitRequest["params"]) => {
    const { url, form } = handlers().elicitation ?? {};
    return mode === "url" ? url : form;
  };
  return {
    post: (params, asking) => people?.post(params, { ...asking, serverId }),
    asksPeople: (params) => handlerOf(params) === "clients",
    elicitation: (params, asking) =>
      answer(port, "elicitation", asking.signal, async () => {
        const handler = handlerOf(params);
        if (handler === undefined || (handler === "clients" && people === undefined)) {
          throw refusal("This kind of elicitation is not supported.");
        }
        const question = { method: "elicitation/create", params } as const;
        const given =
          handler === "clients"
            ? await people?.ask(params, { ...asking, serverId })
            : await handler(question, serverId, asking.signal);
        return withDefaults(given ?? { action: "cancel" }, question);
      }),
    sampling: (params, signal) =>
      answer(port, "sampling", signal, async () => {
        const handler = handlers().sampling;
        if (handler === undefined) throw refusal("Sampling is not supported.");
        if (params.tools !== undefined && !canUseTools) throw refusal("Sampling with tools is not supported.");
        const result = await handler({ method: "sampling/createMessage", params }, serverId, signal);
        if (result === null) throw new RpcError(USER_REJECTED, "User rejected sampling request");
        return result;
      }),
    roots: (signal) =>
      answer(port, "roots", signal, async () => {
        const { roots } = handlers();
        if (roots === undefined) throw refusal("Roots are not supported.");
        const list = typeof roots === "function" ? await roots(serverId) : roots;
        return { roots: list };
      }),
  };
}

/** What is answered to a server that pushes its questions. What was not announced is no method at all. */
export function pushedQuestions(
  capabilities: JsonObject,
  answers: Answers,
  underWay: CallsUnderWay,
): ReadonlyMap<string, RequestHandler> {
  const handlers = new Map<string, RequestHandler>([["ping", () => Promise.resolve({})]]);
  if (capabilities.elicitation !== undefined) {
    handlers.set("elicitation/create", async (params, signal) => {
      const asked = readElicitation(params);
      if (asked === null) throw refusal("This is no elicitation.");
      if (!isAnnounced(capabilities, asked.mode)) throw refusal("This kind of elicitation is not supported.");
      if (!answers.asksPeople(asked)) return answers.elicitation(asked, { call: null, signal });
      const interruption = underWay.interrupt(signal);
      try {
        return await answers.elicitation(asked, interruption);
      } finally {
        interruption.end();
      }
    });
  }
  if (capabilities.sampling !== undefined) {
    handlers.set("sampling/createMessage", async (params, signal) => {
      const asked = readSampling(params);
      if (asked === null) throw refusal("This is no sampling request.");
      return answers.sampling(asked, signal);
    });
  }
  if (capabilities.roots !== undefined) handlers.set("roots/list", (_params, signal) => answers.roots(signal));
  return handlers;
}

/** Whether the server was told of this kind of elicitation. Forms are what was announced where no kind is named. */
export function isAnnounced({ elicitation }: JsonObject, mode: ElicitRequest["params"]["mode"]): boolean {
  if (!isRecord(elicitation)) return false;
  const { form, url } = elicitation;
  return mode === "url" ? url !== undefined : form !== undefined || url === undefined;
}

/** Everything but our own refusals is nobody's business but the app's. */
async function answer<T>(
  { serverId, log }: QuestionsPort,
  kind: keyof QuestionHandlers,
  signal: AbortSignal,
  find: () => Promise<T>,
): Promise<T> {
  let isOver = false;
  const own = find().catch((thrown: unknown) => {
    if (thrown instanceof RpcError) throw thrown;
    if (thrown instanceof McpError && thrown.code === "elicitation-refused") {
      throw refusal("This elicitation is not put to anybody.", thrown);
    }
    if (!isOver) log.warn(`mcp.${kind}-failed`, { serverId });
    throw new RpcError(RPC_CODES.internalError, "The question could not be answered.", undefined, { cause: thrown });
  });
  try {
    return await Promise.race([own, rejectWhenAborted(signal)]);
  } finally {
    isOver = true;
  }
}

export function refusal(message: string, cause?: unknown): RpcError {
  return new RpcError(RPC_CODES.invalidParams, message, undefined, { cause });
}

function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(new McpError("aborted"));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
  });
}
