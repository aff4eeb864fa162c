// Reading a server's lists: one reading at a time, and once more what changed while it ran.
import type { CatalogueStore } from "../catalog/catalogue.ts";
import { DISCOVER_DEFAULTS, discover, type Discovered } from "../catalog/discover.ts";
import type { Fingerprints } from "../catalog/fingerprint.ts";
import { McpError } from "../errors.ts";
import { LIST_NAMES } from "../lists.ts";
import type { CatalogueKind, Session } from "../session/session.ts";

export interface DiscoveryDeps {
  /** Read over the server's session. `null`: there is nothing to read from any more. */
  readonly over: <T>(read: (session: Session) => Promise<T>) => Promise<T | null>;
  readonly claim: () => ReturnType<CatalogueStore["claim"]>;
  /** Of the tools that were read, as far as they are other ones than before. */
  readonly fingerprints: (discovered: Discovered) => Promise<Fingerprints | null>;
  readonly maxPages: () => number | undefined;
  /** Called once per reading, unless it is given up or superseded. */
  readonly done: (epoch: number, discovered: Discovered, fingerprints: Fingerprints | null) => void;
  readonly failed: (epoch: number, error: McpError) => void;
  /** These changed while the last reading ran. */
  readonly again: (kinds: readonly CatalogueKind[]) => void;
}

export interface Discovery {
  /** Begin a reading for this attempt, or note what the one under way has to be followed by. */
  start(epoch: number, kinds: readonly CatalogueKind[]): void;
  /** Whether the list is being read now. */
  isReading(kind: CatalogueKind): boolean;
  /** Give up: the reading ends with `timeout`. */
  cancel(): void;
  /** Ends when the last reading ends, with why it failed. */
  readonly current: Promise<McpError | null>;
}

export function createDiscovery({
  over,
  claim,
  fingerprints,
  maxPages,
  done,
  failed,
  again,
}: DiscoveryDeps): Discovery {
  let current: Promise<McpError | null> = Promise.resolve(null);
  let reading: number | null = null;
  /** Of the reading that has not begun to ask yet. */
  let collecting: Set<CatalogueKind> | null = null;
  let underWay: readonly CatalogueKind[] = [];
  const repeat = new Set<CatalogueKind>();
  let abort = new AbortController();

  async function read(epoch: number, wanted: Set<CatalogueKind>): Promise<McpError | null> {
    // One message of a server may be about two lists.
    await Promise.resolve();
    collecting = null;
    const kinds = LIST_NAMES.filter((kind) => wanted.has(kind));
    underWay = kinds;
    const { take, release } = claim();
    const { signal } = abort;
    try {
      const limits = { ...DISCOVER_DEFAULTS, maxPages: maxPages() ?? DISCOVER_DEFAULTS.maxPages };
      const discovered = await over((session) => {
        release();
        return discover(session, { kinds, limits, takeRoom: take, signal });
      });
      if (discovered) done(epoch, discovered, await fingerprints(discovered));
      return discovered?.failure ?? null;
    } catch (thrown) {
      const late = thrown instanceof McpError && thrown.code === "aborted";
      const error = late
        ? new McpError("timeout", { detail: "Listing took too long." })
        : McpError.from(thrown, "discovery-failed");
      failed(epoch, error);
      return error;
    } finally {
      release();
    }
  }

  return {
    get current() {
      return current;
    },
    isReading: (kind) => reading !== null && (collecting?.has(kind) ?? underWay.includes(kind)),
    cancel: () => abort.abort(),
    start(epoch, kinds) {
      if (reading === epoch) {
        for (const kind of kinds) (collecting ?? repeat).add(kind);
        return;
      }
      reading = epoch;
      repeat.clear();
      abort = new AbortController();
      collecting = new Set(kinds);
      current = read(epoch, collecting).finally(() => {
        if (reading !== epoch) return;
        reading = null;
        if (repeat.size > 0) again([...repeat]);
      });
    },
  };
}
