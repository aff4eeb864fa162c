// The bounded, non-throwing first step of reading a text frame: is it one of ours?

/** Largest text frame an agent reads, in UTF-16 code units. */
export const MAX_CLIENT_FRAME = 1024 * 1024;
/** Largest text frame a client reads, in UTF-16 code units: a catalogue of many servers is large. */
export const MAX_SERVER_FRAME = 64 * 1024 * 1024;

/**
 * What a frame turned out to be.
 *
 * `foreign` is anything this protocol does not define (other JSON, plain text, newer message types): the
 * application's own `onMessage` gets it. `invalid` carries one of our names and does not fit its shape.
 */
export type Decoded<M> =
  | { readonly kind: "message"; readonly message: M }
  | { readonly kind: "foreign" }
  | { readonly kind: "invalid"; readonly type: string }
  | { readonly kind: "too-large" };

/** A frame of any shape. */
export type Frame = Readonly<Record<string, unknown>>;

/** Checks one message's shape; `null` when the frame does not fit. */
export type Reader<M> = (frame: Frame) => M | null;

/** Read a frame with the reader of its `type`. */
export function decode<M>(text: string, readers: Readonly<Record<string, Reader<M>>>, limit: number): Decoded<M> {
  if (text.length > limit) return { kind: "too-large" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "foreign" };
  }
  if (!isFrame(value)) return { kind: "foreign" };
  const { type } = value;
  const read = typeof type === "string" && Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (typeof type !== "string" || !read) return { kind: "foreign" };
  const message = read(value);
  return message === null ? { kind: "invalid", type } : { kind: "message", message };
}

export function isFrame(value: unknown): value is Frame {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
