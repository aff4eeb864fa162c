// Reads the answer to one request, as JSON or from an event stream over any number of connections.
import { McpError } from "../errors.ts";
import type { Clock } from "../ports.ts";
import { isJson, mediaType } from "./classify.ts";
import { followStream } from "./follow-stream.ts";
import { isAnswer, type MessageId, parseMessages, type RpcAnswer } from "./json-rpc.ts";
import { MESSAGE_BYTES } from "./limits.ts";
import { discard, readText } from "./read-body.ts";
import type { TransportEvents } from "./transport.ts";
import type { Wait } from "./wait.ts";

/** A server may ask to be polled (`retry:`) down to this interval while it works on an answer. */
const POLL_BOUNDS = { min: 100, max: 300_000 } as const;
const MAX_FAILURES = 5;

export interface AnswerOptions extends Pick<TransportEvents, "receive"> {
  readonly id: MessageId;
  /** Open the stream again, from an event id on. */
  readonly reopen: (lastEventId: string | null) => Promise<ReadableStream<Uint8Array> | null>;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly wait: Wait;
}

/**
 * Hands on everything that comes before the answer. Rejects with `invalid-response` when none came, `not-an-mcp-server` for
 * another kind of content, `response-too-large`.
 */
export async function readAnswer(response: Response, options: AnswerOptions): Promise<RpcAnswer> {
  const type = mediaType(response);
  if (type === "text/event-stream") return followAnswer(response, options);
  if (!isJson(type)) {
    discard(response);
    throw new McpError("not-an-mcp-server", { status: response.status });
  }
  const answer = findAnswer(await readText(response, MESSAGE_BYTES), options);
  if (answer === null) throw new McpError("invalid-response", { detail: "It does not answer the request." });
  return answer;
}

async function followAnswer(response: Response, options: AnswerOptions): Promise<RpcAnswer> {
  let answer: RpcAnswer | null = null;
  const end = await followStream({
    first: response.body,
    open: options.reopen,
    onData(data) {
      try {
        answer = findAnswer(data, options);
      } catch {
        // One unreadable event is passed over; if it was the answer, the end of the stream tells.
      }
      return answer === null ? undefined : "stop";
    },
    needsId: true,
    alive: "event",
    delay: POLL_BOUNDS,
    maxFailures: MAX_FAILURES,
    signal: options.signal,
    clock: options.clock,
    wait: options.wait,
  });
  if (answer !== null) return answer;
  const cause = end.kind === "gave-up" ? end.cause : undefined;
  throw new McpError("invalid-response", { detail: "The stream ended before the answer.", cause });
}

/** Answers to anything else do not belong here and are dropped. */
function findAnswer(text: string, { id, receive }: AnswerOptions): RpcAnswer | null {
  let answer: RpcAnswer | null = null;
  for (const message of parseMessages(text)) {
    if (!isAnswer(message)) receive(message);
    else if (String(message.id) === String(id)) answer ??= message;
  }
  return answer;
}
