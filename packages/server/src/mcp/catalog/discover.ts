// Reading what a server offers: bounded, each list for itself.
import type { McpListProblem } from "@agents-internal/protocol";
import { withDeadline } from "../deadline.ts";
import { McpError } from "../errors.ts";
import type { CatalogueKind, Page, RequestOptions, Session } from "../session/session.ts";
import { LIST_NAMES } from "../lists.ts";
import type { Catalogue } from "./catalogue.ts";
import { type ListLimits, readList } from "./list-reader.ts";
import { listProblem } from "./list-problem.ts";

export interface DiscoverLimits extends ListLimits {
  /** ms for one list; all are read at once. */
  readonly listMs: number;
}

export const DISCOVER_DEFAULTS: DiscoverLimits = {
  maxPages: 64,
  maxItems: 10_000,
  maxChars: 8 * 1024 * 1024,
  listMs: 15_000,
};

export interface DiscoverOptions {
  /** Which lists; default: all. */
  readonly kinds?: readonly CatalogueKind[];
  readonly limits?: DiscoverLimits;
  /** Whether there is room for so many more characters of a list; default: there is. */
  readonly takeRoom?: (kind: CatalogueKind, chars: number) => boolean;
  readonly signal?: AbortSignal;
}

/** How the reading of one list went. */
export interface ListReading {
  /** Empty: it is whole. */
  readonly problems: readonly McpListProblem[];
  /** See {@link Page.ttlMs}; `null` too when it could not be read. */
  readonly ttlMs: number | null;
}

export interface Discovered {
  /** The lists that could be read. A list that failed is absent, so that what was known stays. */
  readonly lists: Partial<Catalogue>;
  /** Each of them as JSON: written while it was read, to know its length. */
  readonly texts: ReadonlyMap<CatalogueKind, string>;
  /** One for each list that was asked for. */
  readonly readings: ReadonlyMap<CatalogueKind, ListReading>;
  /** Why nothing of what the server announces could be read; `null`: something was, or it announces nothing. */
  readonly failure: McpError | null;
}

/** What is wrong with the way to the server rather than with its lists. */
const ON_THE_WAY: ReadonlySet<string> = new Set(["host-unreachable", "timeout", "not-connected"]);

/**
 * List tools, prompts, resources and templates at once.
 *
 * One broken list does not empty the others, nor does one that takes for ever. Rejects only when the server asks for a
 * sign-in, when the call was cancelled, or the session is gone.
 */
export async function discover(session: Session, options: DiscoverOptions = {}): Promise<Discovered> {
  const { kinds = LIST_NAMES, limits = DISCOVER_DEFAULTS, takeRoom = () => true, signal } = options;
  const readings = new Map<CatalogueKind, ListReading>();
  const failures = new Map<CatalogueKind, McpError>();
  const texts = new Map<CatalogueKind, string>();
  const lists: { -readonly [K in keyof Catalogue]?: Catalogue[K] } = {};

  const read = async <K extends CatalogueKind>(
    kind: K,
    page: (cursor: string | null, given: RequestOptions) => Promise<Page<Catalogue[K][number]>>,
  ): Promise<void> => {
    if (!kinds.includes(kind)) return;
    if (!isAnnounced(session, kind)) {
      lists[kind] = [] as unknown as Catalogue[K];
      texts.set(kind, "[]");
      readings.set(kind, { problems: [], ttlMs: null });
      return;
    }
    try {
      const { items, text, problems, ttlMs } = await withDeadline(
        limits.listMs,
        (inTime) =>
          readList(
            (cursor) =>
              page(cursor, { signal: inTime }).catch((error: unknown) => {
                if (!inTime.aborted || signal?.aborted) throw error;
                throw new McpError("timeout", { detail: "Listing took too long.", cause: error });
              }),
            limits,
            (chars) => takeRoom(kind, chars),
          ),
        signal,
      );
      lists[kind] = items as unknown as Catalogue[K];
      texts.set(kind, text);
      readings.set(kind, { problems, ttlMs });
    } catch (thrown) {
      const error = McpError.from(thrown, "discovery-failed");
      failures.set(kind, error);
      readings.set(kind, { problems: [listProblem(error.code, { detail: error.detail })], ttlMs: null });
    }
  };

  await Promise.all([
    read("tools", session.listTools),
    read("prompts", session.listPrompts),
    read("resources", session.listResources),
    read("resourceTemplates", session.listResourceTemplates),
  ]);
  for (const error of failures.values()) {
    if (error.challenge !== undefined || error.code === "session-lost" || error.code === "aborted") throw error;
  }
  return { lists, texts, readings, failure: totalFailure(session, kinds, failures) };
}

function isAnnounced({ facts: { capabilities } }: Session, kind: CatalogueKind): boolean {
  return capabilities[kind === "resourceTemplates" ? "resources" : kind] !== undefined;
}

function totalFailure(
  session: Session,
  kinds: readonly CatalogueKind[],
  failures: ReadonlyMap<CatalogueKind, McpError>,
): McpError | null {
  const [first] = failures.values();
  if (first === undefined) return null;
  const announced = kinds.filter((kind) => isAnnounced(session, kind));
  if (!announced.every((kind) => failures.has(kind))) return null;
  if (ON_THE_WAY.has(first.code)) return first;
  return new McpError("discovery-failed", { detail: first.message, status: first.status, cause: first });
}
