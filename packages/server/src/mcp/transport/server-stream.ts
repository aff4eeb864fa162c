// Listens to what a server of the legacy era says unasked (the standalone GET stream).
import { McpError } from "../errors.ts";
import type { Clock, Log } from "../ports.ts";
import { followStream } from "./follow-stream.ts";
import { isAnswer, parseMessages } from "./json-rpc.ts";
import type { StreamEnd, TransportEvents } from "./transport.ts";
import type { Wait } from "./wait.ts";

const BOUNDS = { min: 1000, max: 300_000 } as const;
const MAX_FAILURES = 8;

export interface ServerStreamOptions extends Pick<TransportEvents, "receive"> {
  readonly open: (lastEventId: string | null) => Promise<ReadableStream<Uint8Array> | null>;
  /** The stream is open again, and what was said while it was not is lost: there was no event id to go on from. */
  readonly onGap: () => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
  readonly serverId: string;
  readonly wait: Wait;
}

/** Resolves when the stream is over for good. Never rejects: calls go on without it. */
export async function followServerStream(options: ServerStreamOptions): Promise<StreamEnd> {
  const { serverId, log } = options;
  let isFirst = true;
  const open = async (lastEventId: string | null): Promise<ReadableStream<Uint8Array> | null> => {
    const body = await options.open(lastEventId);
    if (body === null) return null;
    if (!isFirst && lastEventId === null) options.onGap();
    isFirst = false;
    return body;
  };
  try {
    const end = await followStream({
      open,
      onData: (data) => receiveAll(data, options.receive),
      needsId: false,
      alive: "message",
      delay: BOUNDS,
      maxFailures: MAX_FAILURES,
      signal: options.signal,
      clock: options.clock,
      wait: options.wait,
    });
    if (end.kind !== "gave-up") return "none";
    log.warn("mcp-stream-given-up", { serverId });
    return "given-up";
  } catch (error) {
    if (!options.signal.aborted) log.warn("mcp-stream-failed", { serverId, code: McpError.from(error).code });
    return "none";
  }
}

function receiveAll(data: string, receive: TransportEvents["receive"]): undefined {
  try {
    for (const message of parseMessages(data)) if (!isAnswer(message)) receive(message);
  } catch {
    // One unreadable event does not make the next one unreadable.
  }
}
