// The object a streaming method writes its chunks to.
import { encodeServerMessage, MessageType } from "@agents-internal/protocol";
import type { Connection } from "partyserver";
import { isOpen, sendQuietly } from "./connection.ts";

/** One streamed answer. Nothing can be said after `end` or `error`, or when the client has gone: calls then return false. */
export class StreamingResponse {
  readonly #connection: Connection;
  readonly #id: string;
  readonly #beforeLast: () => void;
  #closed = false;

  /** `beforeLast` runs once, before the frame that ends the answer. */
  constructor(connection: Connection, id: string, beforeLast: () => void) {
    this.#connection = connection;
    this.#id = id;
    this.#beforeLast = beforeLast;
  }

  /** True after `end`, after `error`, and when the client has gone. */
  get isClosed(): boolean {
    return this.#closed || !isOpen(this.#connection);
  }

  /** Send one chunk: any JSON value. */
  send(chunk: unknown): boolean {
    return this.#write(false, { success: true, result: chunk, done: false });
  }

  /** The answer is complete; `final` is what the caller's promise resolves to. */
  end(final?: unknown): boolean {
    return this.#write(true, { success: true, result: final, done: true });
  }

  /** The answer ends in a failure; `code` defaults to `call-failed`. */
  error(message: string, code = "call-failed"): boolean {
    return this.#write(true, { success: false, error: message, code });
  }

  #write(last: boolean, answer: StreamFrame): boolean {
    if (this.isClosed) return false;
    const frame = encodeServerMessage({ type: MessageType.RPC, id: this.#id, ...answer });
    this.#closed = last;
    if (last) this.#beforeLast();
    return sendQuietly(this.#connection, frame);
  }
}

type StreamFrame =
  | { readonly success: true; readonly result: unknown; readonly done: boolean }
  | { readonly success: false; readonly error: string; readonly code: string };
