// A running tool as the AI SDK's stream of preliminary results.
import type { CallToolResult } from "@agents-internal/protocol";
import type { Progress } from "../session/session.ts";

/**
 * The result, and on the way to it what the server says of its progress: for whoever awaits it a promise, for the AI
 * SDK (`executeTool`, versions 6 and 7) an iterable whose last value is the result.
 *
 * Steps that come faster than they are taken are skipped; the newest one counts.
 */
export function withProgress(
  run: (onProgress: (progress: Progress) => void) => Promise<CallToolResult>,
): Promise<CallToolResult> & AsyncIterable<CallToolResult> {
  let newest: Progress | null = null;
  let wake = (): void => undefined;
  const result = run((progress) => {
    newest = progress;
    wake();
  });

  async function* steps(): AsyncGenerator<CallToolResult> {
    let isOver = false;
    const end = (): void => void (isOver = true);
    const over = result.then(end, end);
    for (;;) {
      const step: Progress | null = newest;
      newest = null;
      if (step !== null) {
        yield toPreliminary(step);
        continue;
      }
      if (isOver) break;
      await Promise.race([over, new Promise<void>((resolve) => (wake = resolve))]);
    }
    yield await result;
  }

  return Object.assign(result, { [Symbol.asyncIterator]: steps });
}

/** Progress in the shape of a result, so that one renderer does for both; the numbers are in `_meta.progress`. */
function toPreliminary({ progress, total, message }: Progress): CallToolResult {
  const words = message ?? (total === undefined ? String(progress) : `${progress}/${total}`);
  return {
    content: [{ type: "text", text: words }],
    _meta: {
      progress: { progress, ...(total === undefined ? {} : { total }), ...(message === undefined ? {} : { message }) },
    },
  };
}
