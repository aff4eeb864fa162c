// What a server that is believed to be of the modern era is asked beside the question what it is: one exchange is enough then.
import type { ServerCapabilities } from "@agents-internal/protocol";
import { withDeadline } from "../deadline.ts";
import type { CatalogueKind } from "./session.ts";
import { type ListKind, PROMPTS, RESOURCE_TEMPLATES, RESOURCES, TOOLS } from "./pages.ts";
import type { Exchange } from "./protocol/exchange.ts";
import { RpcError } from "./protocol/rpc-error.ts";
import type { Listen, SubscriptionFilter } from "./protocol/subscriptions.ts";
import { wanted } from "./subscription.ts";

/** ms for one page. */
const PAGE_MS = 15_000;
/** Asked for where nothing is known of the server but its era; it acknowledges what it has. */
const ANY_CHANGE: SubscriptionFilter = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };

export interface EarlyOptions {
  readonly exchange: Exchange;
  readonly listen: Listen;
  /** As far as they are believed. */
  readonly capabilities: ServerCapabilities;
  /** URIs to hear of; `null`: nobody listens. */
  readonly resources: readonly string[] | null;
  readonly signal: AbortSignal;
}

export interface Early {
  /** Call as soon as the question is on its way. */
  begin(): void;
  /** The first page of a list, once, unless it was not asked for or the list has changed since. */
  firstPage(kind: CatalogueKind): Promise<unknown> | null;
  /** The list is not what it was. */
  forget(kind: CatalogueKind): void;
  /** Goes on with the subscription there is, where it is for enough. */
  readonly listen: Listen;
  /** The server has no changes to tell, or nobody wants to hear them. */
  unsubscribe(): void;
  /** The server is another one than was believed. */
  end(): void;
}

interface Begun {
  readonly filter: SubscriptionFilter;
  readonly stop: AbortController;
  readonly over: Promise<void>;
  isAcknowledged: boolean;
  onAcknowledged(): void;
}

export function createEarly({ exchange, listen, capabilities, resources, signal }: EarlyOptions): Early {
  const pages = new Map<CatalogueKind, Promise<unknown>>();
  let begun: Begun | null = null;

  function ask({ kind, method }: ListKind<unknown>): void {
    const page = withDeadline(PAGE_MS, (inTime) => exchange.request(method, {}, { signal: inTime }), signal);
    // Whoever takes it asks again then.
    page.catch(() => undefined);
    pages.set(kind, page);
  }

  function subscribe(filter: SubscriptionFilter): Begun {
    const stop = new AbortController();
    signal.addEventListener("abort", () => stop.abort(signal.reason), { once: true });
    const onAcknowledged = (): void => {
      early.isAcknowledged = true;
      early.onAcknowledged();
    };
    const over = listen(filter, { signal: stop.signal, onAcknowledged });
    const early: Begun = { filter, stop, over, isAcknowledged: false, onAcknowledged: () => undefined };
    over.catch(() => undefined);
    return early;
  }

  function unsubscribe(): void {
    begun?.stop.abort();
    begun = null;
  }

  return {
    begin() {
      const isKnown = Object.keys(capabilities).length > 0;
      const filter = isKnown ? wanted(capabilities, resources ?? []) : ANY_CHANGE;
      if (resources !== null && filter !== null) begun = subscribe(filter);
      if (capabilities.tools !== undefined || !isKnown) ask(TOOLS);
      if (capabilities.prompts !== undefined) ask(PROMPTS);
      if (capabilities.resources === undefined) return;
      ask(RESOURCES);
      ask(RESOURCE_TEMPLATES);
    },
    firstPage(kind) {
      const page = pages.get(kind) ?? null;
      pages.delete(kind);
      return page;
    },
    forget: (kind) => void pages.delete(kind),
    async listen(filter, options) {
      const early = begun;
      begun = null;
      if (early === null) return listen(filter, options);
      if (!covers(early.filter, filter)) {
        early.stop.abort();
        return listen(filter, options);
      }
      early.onAcknowledged = options.onAcknowledged;
      if (early.isAcknowledged) options.onAcknowledged();
      try {
        await early.over;
      } catch (error) {
        // It may have been asked for more than it knows of.
        if (!(error instanceof RpcError)) throw error;
        return listen(filter, options);
      }
    },
    unsubscribe,
    end() {
      unsubscribe();
      pages.clear();
    },
  };
}

function covers(asked: SubscriptionFilter, filter: SubscriptionFilter): boolean {
  const { resourceSubscriptions: mine = [], ...lists } = filter;
  const { resourceSubscriptions: theirs = [], ...more } = asked;
  return Object.keys(lists).every((list) => Object.hasOwn(more, list)) && mine.join(" ") === theirs.join(" ");
}
