// Hands a server's questions to the developer's handlers, pushed ones and those of an `input_required` result alike.
import type { ElicitRequest, JsonObject, SamplingRequest } from "@agents-internal/protocol";
import {
  type Client,
  type ClientCapabilities,
  type CreateMessageResult,
  ProtocolError,
  ProtocolErrorCode,
} from "@modelcontextprotocol/client";
import { McpError } from "../errors.ts";
import type { Log } from "../ports.ts";
import type { QuestionHandlers } from "../question-handlers.ts";
import { isRecord } from "../transport/json-rpc.ts";
import { elicitationToWire, withDefaults } from "./elicitation-answer.ts";

export interface QuestionsPort {
  readonly serverId: string;
  readonly log: Log;
  /** Asked anew for each question, so that handlers set later apply to live sessions. */
  readonly handlers: () => QuestionHandlers;
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

/** Call before connecting. What the client does not announce is refused by itself. */
export function answerQuestions(client: Client, capabilities: ClientCapabilities, port: QuestionsPort): void {
  const { serverId, handlers } = port;
  // The client has checked each request against the schema of its revision, and checks each answer.
  if (capabilities.elicitation !== undefined) {
    client.setRequestHandler("elicitation/create", ({ method, params }, { mcpReq: { signal } }) =>
      answer(port, "elicitation", signal, async () => {
        const { url, form } = handlers().elicitation ?? {};
        const handler = params.mode === "url" ? url : form;
        if (handler === undefined) throw refusal("This kind of elicitation is not supported.");
        const question = { method, params } as ElicitRequest;
        return elicitationToWire(withDefaults(await handler(question, serverId, signal), question));
      }),
    );
  }
  if (capabilities.sampling !== undefined) {
    const canUseTools = isRecord(capabilities.sampling) && capabilities.sampling.tools !== undefined;
    client.setRequestHandler("sampling/createMessage", ({ method, params }, { mcpReq: { signal } }) =>
      answer(port, "sampling", signal, async () => {
        const handler = handlers().sampling;
        if (handler === undefined) throw refusal("Sampling is not supported.");
        if (params.tools !== undefined && !canUseTools) throw refusal("Sampling with tools is not supported.");
        const result = await handler({ method, params } as SamplingRequest, serverId, signal);
        if (result === null) throw new ProtocolError(USER_REJECTED, "User rejected sampling request");
        return result as CreateMessageResult;
      }),
    );
  }
  if (capabilities.roots !== undefined) {
    client.setRequestHandler("roots/list", (_request, { mcpReq: { signal } }) =>
      answer(port, "roots", signal, async () => {
        const { roots } = handlers();
        if (roots === undefined) throw refusal("Roots are not supported.");
        const list = typeof roots === "function" ? await roots(serverId) : roots;
        return { roots: list.map((root) => ({ ...root })) };
      }),
    );
  }
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
    if (thrown instanceof ProtocolError) throw thrown;
    if (!isOver) log.warn(`mcp.${kind}-failed`, { serverId });
    const failed = new ProtocolError(ProtocolErrorCode.InternalError, "The question could not be answered.");
    throw Object.assign(failed, { cause: thrown });
  });
  try {
    return await Promise.race([own, rejectWhenAborted(signal)]);
  } finally {
    isOver = true;
  }
}

function refusal(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}

function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(new McpError("aborted"));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
  });
}
