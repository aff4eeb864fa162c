// Reads the events of a streaming answer with one reader, one decoder and a limit for each event.
import { McpError } from "../errors.ts";
import { createEventStreamParser, type StreamEvent } from "./event-stream.ts";

/** What was learned for the next attempt. */
export interface StreamMemory {
  /** ms; `null` when the server never said. */
  retry: number | null;
  lastEventId: string | null;
}

/**
 * Hand every event to `onEvent` until the stream ends or `onEvent` answers `"stop"`.
 *
 * Rejects when the stream breaks, and with `response-too-large` when more than `maxBytes` arrive without completing an event.
 */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  memory: StreamMemory,
  onEvent: (event: StreamEvent) => "stop" | undefined,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
  const parser = createEventStreamParser();
  let pending = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      pending += value.byteLength;
      const events = parser.push(decoder.decode(value, { stream: true }));
      memory.retry = parser.retry ?? memory.retry;
      for (const event of events) {
        memory.lastEventId = event.id;
        if (pending > maxBytes && event.data.length > maxBytes) throw new McpError("response-too-large");
        if (onEvent(event) === "stop") return;
      }
      if (events.length > 0) pending = 0;
      else if (pending > maxBytes) throw new McpError("response-too-large");
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
