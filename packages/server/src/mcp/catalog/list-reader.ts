// Reads one list page by page, and stops where it stops being sensible.
import type { McpListProblem } from "@agents-internal/protocol";
import type { Page } from "../session/session.ts";
import { listProblem } from "./list-problem.ts";

export interface ListLimits {
  /** Pages of one list. */
  readonly maxPages: number;
  /** Items of one list. */
  readonly maxItems: number;
  /** Characters of one list as JSON. It is kept in memory and in rows, and sent to every client. */
  readonly maxChars: number;
}

export interface ReadList<T> {
  readonly items: readonly T[];
  /** The same as JSON. */
  readonly text: string;
  readonly problems: readonly McpListProblem[];
  /** ms; the shortest that any page may be kept, because a list is as old as its oldest page. */
  readonly ttlMs: number | null;
}

/**
 * Everything up to the first bound, with what the reading came to. `takeRoom` is asked for the characters of each item; a
 * no means that there is no room beside what other servers offer.
 */
export async function readList<T>(
  page: (cursor: string | null) => Promise<Page<T>>,
  limits: ListLimits,
  takeRoom: (chars: number) => boolean,
): Promise<ReadList<T>> {
  const items: T[] = [];
  const texts: string[] = [];
  const seen = new Set<string>();
  let chars = 0;
  let dropped = 0;
  let ttlMs: number | null = null;
  let cut: McpListProblem | null = null;
  let cursor: string | null = null;
  for (let pages = 1; ; pages += 1) {
    const next: Page<T> = await page(cursor);
    dropped += next.dropped;
    if (next.ttlMs !== null) ttlMs = Math.min(next.ttlMs, ttlMs ?? next.ttlMs);
    for (const [index, item] of next.items.entries()) {
      const text = JSON.stringify(item);
      const size = text.length + 1;
      chars += size;
      const leftOut = next.nextCursor === null ? next.items.length - index : null;
      if (items.length >= limits.maxItems) {
        cut = listProblem("list-too-large", { detail: `(${limits.maxItems} items are kept)`, leftOut });
      } else if (chars > limits.maxChars) {
        cut = listProblem("list-too-large", { detail: `(${limits.maxChars} characters are kept)`, leftOut });
      } else if (!takeRoom(size)) {
        cut = listProblem("catalogue-full", { leftOut });
      }
      if (cut !== null) break;
      items.push(item);
      texts.push(text);
    }
    if (cut !== null || next.nextCursor === null) break;
    if (seen.has(next.nextCursor)) cut = listProblem("list-endless", { detail: "(It comes back to the same page.)" });
    else if (pages >= limits.maxPages)
      cut = listProblem("list-endless", { detail: `(${limits.maxPages} pages were read.)` });
    if (cut !== null) break;
    seen.add(next.nextCursor);
    cursor = next.nextCursor;
  }
  const problems = [
    ...(cut === null ? [] : [cut]),
    ...(dropped > 0 ? [listProblem("items-unusable", { leftOut: dropped })] : []),
  ];
  return { items, text: `[${texts.join(",")}]`, problems, ttlMs };
}
