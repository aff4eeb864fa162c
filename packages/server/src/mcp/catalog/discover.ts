// Reading everything a server offers: bounded, each list for itself.
import { McpError } from "../errors.ts";
import type { CatalogueKind, Page, RequestOptions, Session } from "../session/session.ts";
import { CATALOGUE_KINDS, type Catalogue } from "./catalogue.ts";

export interface DiscoverLimits {
  /** Pages of one list. */
  readonly maxPages: number;
  /** Items of one list. */
  readonly maxItems: number;
  /** Characters of one list as JSON. It is kept in memory and in rows, and sent to every client. */
  readonly maxChars: number;
}

export const DISCOVER_DEFAULTS: DiscoverLimits = { maxPages: 64, maxItems: 10_000, maxChars: 8 * 1024 * 1024 };

export interface Discovered {
  /** The lists that could be read. A list that failed is absent, so that what was known stays. */
  readonly lists: Partial<Catalogue>;
  /** Why a list is absent. */
  readonly failures: ReadonlyMap<CatalogueKind, McpError>;
}

/**
 * List tools, prompts, resources and templates at once.
 *
 * One broken list does not empty the others. Rejects only when the server asks for a sign-in, when the call was
 * cancelled or the session is gone, or (`discovery-failed`) when nothing at all could be read.
 */
export async function discover(
  session: Session,
  options: RequestOptions = {},
  limits: DiscoverLimits = DISCOVER_DEFAULTS,
): Promise<Discovered> {
  const failures = new Map<CatalogueKind, McpError>();
  const lists: { -readonly [K in keyof Catalogue]?: Catalogue[K] } = {};
  const read = async <K extends CatalogueKind>(
    kind: K,
    page: (cursor: string | null) => Promise<Page<Catalogue[K][number]>>,
  ) => {
    try {
      lists[kind] = (await readAll(page, limits)) as unknown as Catalogue[K];
    } catch (thrown) {
      failures.set(kind, McpError.from(thrown, "discovery-failed"));
    }
  };
  await Promise.all([
    read("tools", (cursor) => session.listTools(cursor, options)),
    read("prompts", (cursor) => session.listPrompts(cursor, options)),
    read("resources", (cursor) => session.listResources(cursor, options)),
    read("resourceTemplates", (cursor) => session.listResourceTemplates(cursor, options)),
  ]);
  for (const error of failures.values()) {
    if (error.challenge !== undefined || error.code === "session-lost" || error.code === "aborted") throw error;
  }
  const [first] = failures.values();
  if (first && failures.size === CATALOGUE_KINDS.length) throw first;
  if (first && failures.has("tools") && session.facts.capabilities.tools) {
    throw new McpError("discovery-failed", { detail: first.message, status: first.status, cause: first });
  }
  return { lists, failures };
}

async function readAll<T>(
  page: (cursor: string | null) => Promise<Page<T>>,
  limits: DiscoverLimits,
): Promise<readonly T[]> {
  const items: T[] = [];
  let room = limits.maxChars;
  const seen = new Set<string>();
  let cursor: string | null = null;
  for (let pages = 0; pages < limits.maxPages; pages += 1) {
    const next: Page<T> = await page(cursor);
    for (const item of next.items.slice(0, limits.maxItems - items.length)) {
      room -= JSON.stringify(item).length;
      if (room < 0) return items;
      items.push(item);
    }
    // A cursor that comes back would be read for ever.
    if (next.nextCursor === null || seen.has(next.nextCursor) || items.length >= limits.maxItems) break;
    seen.add(next.nextCursor);
    cursor = next.nextCursor;
  }
  return items;
}
