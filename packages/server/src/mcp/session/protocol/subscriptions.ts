// `subscriptions/listen` of the modern era: a request that stays open, on whose stream the server says what changed.
import { McpError } from "../../errors.ts";
import { isRecord } from "../../is-record.ts";
import type { RpcParams } from "../../transport/json-rpc.ts";
import type { Exchange } from "./exchange.ts";
import type { NotificationHandler } from "./inbound.ts";
import { SUBSCRIPTION_ID_KEY } from "./revisions.ts";

const ACKNOWLEDGED_WITHIN = 60_000;

export interface SubscriptionFilter {
  readonly toolsListChanged?: true;
  readonly promptsListChanged?: true;
  readonly resourcesListChanged?: true;
  /** URIs */
  readonly resourceSubscriptions?: readonly string[];
}

/** Resolves when what the server had acknowledged is over; rejects when it never acknowledged it. */
export type Listen = (
  filter: SubscriptionFilter,
  options: { readonly signal: AbortSignal; readonly onAcknowledged: () => void },
) => Promise<void>;

export interface Subscriptions {
  readonly listen: Listen;
  readonly notifications: ReadonlyMap<string, NotificationHandler>;
}

interface Subscription {
  acknowledge(): void;
  end(reason: McpError): void;
}

export function createSubscriptions(exchange: Exchange): Subscriptions {
  const all = new Map<unknown, Subscription>();
  let nextId = 0;
  return {
    async listen(filter, { signal, onAcknowledged }) {
      const id = `listen:${nextId++}`;
      const stop = new AbortController();
      const onAbort = (): void => stop.abort(signal.reason);
      const end = (reason: McpError): void => stop.abort(reason);
      const timer = setTimeout(() => end(new McpError("timeout")), ACKNOWLEDGED_WITHIN);
      let isAcknowledged = false;
      const acknowledge = (): void => {
        if (isAcknowledged) return;
        isAcknowledged = true;
        clearTimeout(timer);
        onAcknowledged();
      };
      all.set(id, { acknowledge, end });
      signal.addEventListener("abort", onAbort, { once: true });
      if (signal.aborted) onAbort();
      try {
        await exchange.open(id, "subscriptions/listen", { notifications: filter }, stop.signal);
      } catch (error) {
        if (!isAcknowledged) throw error;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        all.delete(id);
      }
      if (!isAcknowledged) throw new McpError("session-lost", { detail: "It ended the stream before it was one." });
    },
    notifications: new Map([
      ["notifications/subscriptions/acknowledged", (params) => all.get(idOf(params))?.acknowledge()],
      ["notifications/cancelled", ({ requestId }) => all.get(requestId)?.end(new McpError("session-lost"))],
    ]),
  };
}

function idOf({ _meta }: RpcParams): unknown {
  return isRecord(_meta) ? _meta[SUBSCRIPTION_ID_KEY] : undefined;
}
