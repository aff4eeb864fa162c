// Reads the answer to one request, as JSON or from an event stream over any number of connections.
import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { McpError } from "../errors.ts";
import type { Clock } from "../ports.ts";
import { isJson, mediaType } from "./classify.ts";
import { followStream } from "./follow-stream.ts";
import { answeredId, type MessageId, parseMessages } from "./json-rpc.ts";
import { MESSAGE_BYTES } from "./limits.ts";
import { discard, readText } from "./read-body.ts";
import { understood } from "./result-type.ts";
import type { Wait } from "./wait.ts";

/** A server may ask to be polled (`retry:`) down to this interval while it works on an answer. */
const POLL_BOUNDS = { min: 100, max: 300_000 } as const;
const MAX_FAILURES = 5;

export interface AnswerOptions {
  readonly id: MessageId;
  /** The modern era names the kind of every result; one that does not is a complete result. */
  readonly isModern: boolean;
  readonly deliver: (message: JSONRPCMessage) => void;
  /** Open the stream again, from an event id on. */
  readonly reopen: (lastEventId: string | null) => Promise<ReadableStream<Uint8Array> | null>;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly wait: Wait;
}

/**
 * Delivers everything up to and including the answer. Rejects with `invalid-response` when none came, `not-an-mcp-server` for
 * another kind of content, `response-too-large`.
 */
export async function readAnswer(response: Response, options: AnswerOptions): Promise<void> {
  const type = mediaType(response);
  if (type === "text/event-stream") return followAnswer(response, options);
  if (!isJson(type)) {
    discard(response);
    throw new McpError("not-an-mcp-server", { status: response.status });
  }
  if (!(await accept(await readText(response, MESSAGE_BYTES), options))) {
    throw new McpError("invalid-response", { detail: "It does not answer the request." });
  }
}

async function followAnswer(response: Response, options: AnswerOptions): Promise<void> {
  const end = await followStream({
    first: response.body,
    open: options.reopen,
    // One unreadable event is passed over; if it was the answer, the end of the stream tells.
    onData: async (data) => ((await accept(data, options).catch(() => false)) ? "stop" : undefined),
    needsId: true,
    alive: "event",
    delay: POLL_BOUNDS,
    maxFailures: MAX_FAILURES,
    signal: options.signal,
    clock: options.clock,
    wait: options.wait,
  });
  if (end.kind === "stopped") return;
  const cause = end.kind === "gave-up" ? end.cause : undefined;
  throw new McpError("invalid-response", { detail: "The stream ended before the answer.", cause });
}

/** Whether the answer was among the messages. Answers to anything else do not belong here and are dropped. */
async function accept(text: string, { id, isModern, deliver }: AnswerOptions): Promise<boolean> {
  for (const message of parseMessages(text)) {
    const answered = answeredId(message);
    if (answered === null) {
      deliver(message);
      // The client hands notifications on in a microtask; without a pause the answer would overtake the last progress.
      await Promise.resolve();
    } else if (String(answered) === String(id)) {
      deliver(understood(completed(message, id, isModern)));
      return true;
    }
  }
  return false;
}

function completed(message: JSONRPCMessage, id: MessageId, isModern: boolean): JSONRPCMessage {
  if (!("result" in message)) return { ...message, id };
  const lacksType = isModern && message.result.resultType === undefined;
  return { ...message, id, result: lacksType ? { ...message.result, resultType: "complete" } : message.result };
}
