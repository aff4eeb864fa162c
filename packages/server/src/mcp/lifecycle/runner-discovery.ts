// Reading a server's lists: one reading at a time, and once more when something changed while it ran.
import type { Catalogue } from "../catalog/catalogue.ts";
import { DISCOVER_DEFAULTS, discover } from "../catalog/discover.ts";
import { withDeadline } from "../deadline.ts";
import { McpError } from "../errors.ts";
import type { Session } from "../session/session.ts";

/** ms for reading all lists. */
const DISCOVER_TIMEOUT = 15_000;

export interface DiscoveryDeps {
  /** Read over the server's session. `null`: there is nothing to read from any more. */
  readonly over: <T>(read: (session: Session) => Promise<T>) => Promise<T | null>;
  readonly maxPages: () => number | undefined;
  /** Called once per reading, unless it is given up or superseded. */
  readonly done: (epoch: number, lists: Partial<Catalogue>) => void;
  readonly failed: (epoch: number, error: McpError) => void;
  /** Something changed while the last reading ran. */
  readonly again: () => void;
}

export interface Discovery {
  /** Begin a reading for this attempt, or note that the one under way has to be repeated. */
  start(epoch: number): void;
  /** Give up: the reading ends with `timeout`. */
  cancel(): void;
  /** Ends when the last reading ends, with why it failed. */
  readonly current: Promise<McpError | null>;
}

export function createDiscovery({ over, maxPages, done, failed, again }: DiscoveryDeps): Discovery {
  let current: Promise<McpError | null> = Promise.resolve(null);
  let reading: number | null = null;
  let repeat = false;
  let abort = new AbortController();

  async function read(epoch: number): Promise<McpError | null> {
    try {
      const limits = { ...DISCOVER_DEFAULTS, maxPages: maxPages() ?? DISCOVER_DEFAULTS.maxPages };
      const discovered = await over((session) =>
        withDeadline(DISCOVER_TIMEOUT, (signal) => discover(session, { signal }, limits), abort.signal),
      );
      if (discovered) done(epoch, discovered.lists);
      return null;
    } catch (thrown) {
      const late = thrown instanceof McpError && thrown.code === "aborted";
      const error = late
        ? new McpError("timeout", { detail: "Listing took too long." })
        : McpError.from(thrown, "discovery-failed");
      failed(epoch, error);
      return error;
    }
  }

  return {
    get current() {
      return current;
    },
    cancel: () => abort.abort(),
    start(epoch) {
      if (reading === epoch) {
        repeat = true;
        return;
      }
      reading = epoch;
      repeat = false;
      abort = new AbortController();
      current = read(epoch).finally(() => {
        if (reading !== epoch) return;
        reading = null;
        if (repeat) again();
      });
    },
  };
}
