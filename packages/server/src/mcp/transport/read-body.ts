// Reads a whole body without ever holding more than the allowed number of bytes.
import { McpError } from "../errors.ts";

/**
 * The bytes of a body.
 *
 * Throws `response-too-large` as soon as more than `maxBytes` have arrived, and the reason of `signal` when it is aborted,
 * whether or not the network below heard of it; the rest is not read.
 */
export async function readBytes(
  response: Response,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  if (response.body === null) return new Uint8Array();
  const reader = response.body.getReader();
  const stop = (): void => void reader.cancel().catch(ignore);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await readAll(reader, response.status, maxBytes);
  } finally {
    signal?.removeEventListener("abort", stop);
    signal?.throwIfAborted();
  }
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  status: number,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let total = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    total += value.byteLength;
    if (total > maxBytes) {
      reader.cancel().catch(ignore);
      throw new McpError("response-too-large", { status });
    }
    chunks.push(value);
  }
  return concat(chunks, total);
}

/** Keeps nothing between bodies that are decoded whole. */
const UTF8 = new TextDecoder();

/** Like {@link readBytes}, decoded as UTF-8. */
export async function readText(response: Response, maxBytes: number): Promise<string> {
  if (isWithin(response.headers, maxBytes)) return response.text();
  return UTF8.decode(await readBytes(response, maxBytes));
}

/** Whether nothing has to be counted: HTTP delivers the announced length at most. What is coded says its coded one. */
function isWithin(headers: Headers, maxBytes: number): boolean {
  const length = headers.get("content-length");
  return length !== null && Number(length) <= maxBytes && headers.get("content-encoding") === null;
}

/** Let go of a body nobody will read. Never throws. */
export function discard(response: Response): void {
  if (response.body !== null && !response.bodyUsed) response.body.cancel().catch(ignore);
}

function concat(chunks: readonly Uint8Array<ArrayBuffer>[], total: number): Uint8Array<ArrayBuffer> {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1) return first;
  const whole = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

const ignore = (): void => undefined;
