// A stream of server-sent events whose messages are JSON-RPC.
import type { JsonObject } from "@agents-internal/protocol";

export interface EventStream {
  readonly response: Response;
  send(message: JsonObject): void;
  /** Bytes as they are, for what is not a whole message. */
  sendRaw(text: string): void;
  close(): void;
}

/** `onEnd` is told once, when either side ends the stream. */
export function openEventStream(
  signal: AbortSignal,
  onEnd: () => void = () => {},
  headers: Readonly<Record<string, string>> = {},
): EventStream {
  const encoder = new TextEncoder();
  let open = true;
  let write: (text: string) => void = () => {};
  let end = () => {};
  let cancelled = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const over = () => {
        if (!open) return;
        open = false;
        signal.removeEventListener("abort", over);
        onEnd();
      };
      end = () => {
        if (open) controller.close();
        over();
      };
      write = (text) => {
        if (open) controller.enqueue(encoder.encode(text));
      };
      cancelled = over;
      signal.addEventListener("abort", over, { once: true });
    },
    cancel: () => cancelled(),
  });
  const response = new Response(body, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-cache", ...headers },
  });
  return {
    response,
    send: (message) => write(`event: message\ndata: ${JSON.stringify(message)}\n\n`),
    sendRaw: (text) => write(text),
    close: () => end(),
  };
}
