// Calls that have no answer yet: waiting to be sent, or waiting for the agent.
import {
  type ClientMessage,
  encodeClientMessage,
  type RpcFailureMessage,
  type RpcSuccessMessage,
} from "@agents-internal/protocol";
import { AgentError } from "./errors.ts";

/** Milliseconds a call that is not streaming waits unless told otherwise. */
export const DEFAULT_CALL_TIMEOUT_MS = 30_000;

/** What a streaming call tells while it runs. */
export interface StreamOptions {
  onChunk?: (chunk: unknown) => void;
  onDone?: (finalChunk: unknown) => void;
  onError?: (error: string) => void;
}

export interface CallOptions {
  /** Milliseconds until the call is given up; 0 for never. Streams have none unless it is given here. */
  timeout?: number;
  stream?: StreamOptions;
}

interface PendingCall {
  readonly settle: (answer: { readonly value: unknown } | { readonly error: AgentError }) => void;
  readonly stream: StreamOptions | undefined;
  /** Not yet handed to a connection. */
  frame: string | null;
}

interface PendingCallsOptions {
  readonly defaultTimeout: number;
  /** Hands a frame to an open connection; false when there is none. */
  readonly send: (frame: string) => boolean;
}

export class PendingCalls {
  readonly #calls = new Map<string, PendingCall>();
  readonly #options: PendingCallsOptions;
  #lastId = 0;

  constructor(options: PendingCallsOptions) {
    this.#options = options;
  }

  /** `toMessage`: what is sent, where it is not a call of a method but is answered like one. */
  start(
    method: string,
    args: readonly unknown[],
    { timeout, stream }: CallOptions,
    toMessage: (id: string) => ClientMessage = (id) => ({ type: "rpc", id, method, args: [...args] }),
  ): Promise<unknown> {
    const id = String((this.#lastId += 1));
    const limit = timeout ?? (stream ? 0 : this.#options.defaultTimeout);
    const promise = new Promise<unknown>((resolve, reject) => {
      // Throws for what JSON cannot hold, which rejects the promise.
      const frame = encodeClientMessage(toMessage(id));
      const timer =
        limit > 0
          ? setTimeout(() => {
              const text = `RPC call to ${method} timed out after ${limit} ms`;
              this.#settle(id, { error: new AgentError("call-timeout", text) });
            }, limit)
          : undefined;
      const settle: PendingCall["settle"] = (answer) => {
        clearTimeout(timer);
        if ("error" in answer) {
          reject(answer.error);
          stream?.onError?.(answer.error.message);
        } else {
          resolve(answer.value);
          stream?.onDone?.(answer.value);
        }
      };
      this.#calls.set(id, { settle, stream, frame: this.#options.send(frame) ? null : frame });
    });
    // Whoever listens through the callback need not listen to the promise as well.
    if (stream?.onError) promise.catch(() => {});
    return promise;
  }

  /** The connection is open: send what waited, in order. */
  flush(): void {
    for (const call of this.#calls.values()) {
      if (call.frame !== null && this.#options.send(call.frame)) call.frame = null;
    }
  }

  receive(message: RpcSuccessMessage | RpcFailureMessage): void {
    if (message.success === false) {
      this.#settle(message.id, { error: new AgentError(message.code ?? "call-failed", message.error) });
    } else if (message.done === false) {
      this.#calls.get(message.id)?.stream?.onChunk?.(message.result);
    } else {
      this.#settle(message.id, { value: message.result });
    }
  }

  /** The connection ended: what was sent on it gets no answer. With `all`, neither does what still waits. */
  reject({ all }: { readonly all: boolean }): void {
    for (const [id, call] of [...this.#calls]) {
      if (all || call.frame === null) {
        this.#settle(id, { error: new AgentError("connection-closed", "Connection closed") });
      }
    }
  }

  #settle(id: string, answer: Parameters<PendingCall["settle"]>[0]): void {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    call?.settle(answer);
  }
}

/** Accept the callbacks of a stream where options are expected: the older form of the third argument. */
export function toCallOptions(options: CallOptions | StreamOptions = {}): CallOptions {
  return "onChunk" in options || "onDone" in options || "onError" in options
    ? { stream: options }
    : (options as CallOptions);
}
