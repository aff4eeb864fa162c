// Requests and notifications of one session: ids, the envelope of the era, progress, taking back.
import type { JsonObject } from "@agents-internal/protocol";
import { isRecord } from "../../is-record.ts";
import type { RpcNotification, RpcParams } from "../../transport/json-rpc.ts";
import type { Transport } from "../../transport/transport.ts";
import type { Progress } from "../session.ts";
import { readResult } from "./result.ts";

export interface ExchangeOptions {
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface Exchange {
  /**
   * The result of one request. Rejects with `RpcError` when the server refuses it, with `McpError`, or with the reason of
   * `signal`: then the server is told.
   */
  request(method: string, params: RpcParams, options: ExchangeOptions): Promise<RpcParams>;
  notify(method: string, params?: RpcParams): Promise<void>;
  /** A request under an id of the caller's, whose answer says only that it is over. */
  open(id: string, method: string, params: RpcParams, signal: AbortSignal): Promise<void>;
  /** `notifications/progress`. */
  progressed(params: RpcParams): void;
  /** Members of `_meta` that every message carries from now on; `null`: the era has none. */
  envelope: JsonObject | null;
}

/** `random`: [0, 1). Says where ids begin: an earlier life of this session may have left calls behind that are still being answered. */
export function createExchange(transport: Transport, random: () => number): Exchange {
  const listeners = new Map<number, (progress: Progress) => void>();
  let nextId = Math.floor(random() * 2 ** 40);

  const enveloped = (params: RpcParams, token: number | null): RpcParams => {
    const { envelope } = exchange;
    if (envelope === null && token === null) return params;
    const own = params._meta;
    const _meta = { ...envelope, ...(isRecord(own) && own), ...(token !== null && { progressToken: token }) };
    return { ...params, _meta };
  };

  const notification = (method: string, params: RpcParams): RpcNotification => ({
    jsonrpc: "2.0",
    method,
    params: enveloped(params, null),
  });

  /** What tells the server that nobody waits any more; `initialize` cannot be taken back. */
  const farewell = (id: number | string, method: string): (() => RpcNotification) | undefined =>
    (exchange.envelope !== null && transport.endsWithConnection) || method === "initialize"
      ? undefined
      : () => notification("notifications/cancelled", { requestId: id });

  const exchange: Exchange = {
    envelope: null,
    async request(method, params, { signal, headers, onProgress }) {
      const id = nextId++;
      const token = onProgress === undefined ? null : id;
      if (onProgress !== undefined) listeners.set(id, onProgress);
      try {
        const message = { jsonrpc: "2.0", id, method, params: enveloped(params, token) } as const;
        const answer = await transport.request(message, { signal, headers, farewell: farewell(id, method) });
        return readResult(answer, exchange.envelope !== null);
      } finally {
        if (onProgress !== undefined) listeners.delete(id);
      }
    },
    async open(id, method, params, signal) {
      const message = { jsonrpc: "2.0", id, method, params: enveloped(params, null) } as const;
      readResult(await transport.request(message, { signal, farewell: farewell(id, method) }), true);
    },
    notify: (method, params = {}) => transport.tell(notification(method, params)),
    progressed({ progressToken, progress, total, message }) {
      if (typeof progress !== "number") return;
      listeners.get(Number(progressToken))?.({
        progress,
        ...(typeof total === "number" && { total }),
        ...(typeof message === "string" && { message }),
      });
    },
  };
  return exchange;
}
