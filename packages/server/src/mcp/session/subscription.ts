// Keeps the modern era's `subscriptions/listen` stream open for list changes and resources.
import type { ServerCapabilities } from "@agents-internal/protocol";
import type { Clock, Log } from "../ports.ts";
import type { StreamEnd } from "../transport/transport.ts";
import { reconnectDelay, type Wait } from "../transport/wait.ts";
import { toMcpError } from "./call-error.ts";
import type { Listen, SubscriptionFilter } from "./protocol/subscriptions.ts";

const MAX_FAILURES = 8;
const HEALTHY_MS = 30_000;

export interface SubscriptionOptions {
  readonly listen: Listen;
  readonly capabilities: ServerCapabilities;
  /** URIs to hear of. */
  readonly resources: readonly string[];
  /** The server listens. */
  readonly onListening: () => void;
  /** The stream was down for a while: whatever changed meanwhile was not heard. */
  readonly onGap: () => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
  readonly serverId: string;
  readonly wait: Wait;
}

/** Resolves when it is over: aborted, not offered, refused, or given up after eight failures in a row. Never rejects. */
export async function keepSubscribed(options: SubscriptionOptions): Promise<StreamEnd> {
  const filter = wanted(options.capabilities, options.resources);
  if (filter === null) return "none";
  for (let failures = 0; failures < MAX_FAILURES;) {
    const startedAt = options.clock.now();
    try {
      await options.listen(filter, {
        signal: options.signal,
        onAcknowledged() {
          options.onListening();
          if (failures > 0) options.onGap();
        },
      });
    } catch (error) {
      if (options.signal.aborted) return "none";
      const { code, retryable } = toMcpError(error);
      options.log.info("mcp-subscription-failed", { serverId: options.serverId, code });
      if (!retryable) return "none";
    }
    if (options.signal.aborted) return "none";
    failures = options.clock.now() - startedAt >= HEALTHY_MS ? 1 : failures + 1;
    await options.wait(reconnectDelay(failures, null, { min: 1000, max: 300_000 }), options.signal);
    if (options.signal.aborted) return "none";
  }
  options.log.warn("mcp-stream-given-up", { serverId: options.serverId });
  return "given-up";
}

/** What of its changes a server announces; `null`: nothing that is wanted. */
export function wanted(capabilities: ServerCapabilities, resources: readonly string[]): SubscriptionFilter | null {
  const filter: SubscriptionFilter = {
    ...(capabilities.tools?.listChanged === true && { toolsListChanged: true }),
    ...(capabilities.prompts?.listChanged === true && { promptsListChanged: true }),
    ...(capabilities.resources?.listChanged === true && { resourcesListChanged: true }),
    ...(capabilities.resources?.subscribe === true &&
      resources.length > 0 && { resourceSubscriptions: [...resources] }),
  };
  return Object.keys(filter).length > 0 ? filter : null;
}
