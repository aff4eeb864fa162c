import { expect, test } from "vitest";
import type { Page } from "../session/session.ts";
import { type ListLimits, readList } from "./list-reader.ts";

const LIMITS: ListLimits = { maxPages: 64, maxItems: 10_000, maxChars: 1_000_000 };
const anyRoom = () => true;
const page = <T>(items: readonly T[], nextCursor: string | null = null, more: Partial<Page<T>> = {}): Page<T> => ({
  items,
  nextCursor,
  dropped: 0,
  ttlMs: null,
  ...more,
});
/** A list whose pages are made by number, from 1 on. */
function pages(make: (number: number) => Page<string>) {
  let read = 0;
  const asked: (string | null)[] = [];
  return {
    asked,
    page: (cursor: string | null) => {
      asked.push(cursor);
      return Promise.resolve(make((read += 1)));
    },
  };
}

test("all pages are read in order, and an empty string is a cursor like any other", async () => {
  const { page: next, asked } = pages((n) => page([`item ${n}`], ["", "3", null][n - 1]));
  expect(await readList(next, LIMITS, anyRoom)).toEqual({
    items: ["item 1", "item 2", "item 3"],
    text: '["item 1","item 2","item 3"]',
    problems: [],
    ttlMs: null,
  });
  expect(asked).toEqual([null, "", "3"]);
});

test("a cursor that comes back ends the reading with a code, and what was read is kept", async () => {
  const { page: next, asked } = pages((n) => page([`item ${n}`], "again"));
  const { items, problems } = await readList(next, LIMITS, anyRoom);
  expect(asked).toHaveLength(2);
  expect(items).toHaveLength(2);
  expect(problems).toMatchObject([{ error_code: "list-endless", left_out: null }]);
});

test("fresh cursors for ever end at the bound of pages with a code", async () => {
  const { page: next, asked } = pages((n) => page([`item ${n}`], `cursor ${n}`));
  const { items, problems } = await readList(next, { ...LIMITS, maxPages: 5 }, anyRoom);
  expect(asked).toHaveLength(5);
  expect(items).toHaveLength(5);
  expect(problems).toMatchObject([{ error_code: "list-endless", error: expect.stringContaining("5 pages") }]);
});

test("a list that ends exactly at the bounds is whole", async () => {
  const { page: next } = pages((n) => page(["a"], n < 3 ? `${n}` : null));
  const limits = { maxPages: 3, maxItems: 3, maxChars: 3 * 4 };
  expect((await readList(next, limits, anyRoom)).problems).toEqual([]);
});

test("items beyond the bound are left out, and counted where the end is known", async () => {
  const { page: next } = pages(() => page(["a", "b", "c", "d", "e"]));
  const { items, problems } = await readList(next, { ...LIMITS, maxItems: 3 }, anyRoom);
  expect(items).toEqual(["a", "b", "c"]);
  expect(problems).toMatchObject([{ error_code: "list-too-large", left_out: 2 }]);
});

test("pages of megabytes end at the bound of a whole list", async () => {
  const { page: next, asked } = pages((n) => page([`${n}`.padEnd(1000, "x")], `cursor ${n}`));
  const { items, problems } = await readList(next, { ...LIMITS, maxChars: 3500 }, anyRoom);
  expect(items).toHaveLength(3);
  expect(asked).toHaveLength(4);
  expect(problems).toMatchObject([{ error_code: "list-too-large", left_out: null }]);
});

test("where other servers have taken the room, what fits is kept, and another code says so", async () => {
  let room = 10;
  const { page: next } = pages(() => page(["a", "b", "c"]));
  const { items, problems } = await readList(next, LIMITS, (chars) => (room -= chars) >= 0);
  expect(items).toEqual(["a", "b"]);
  expect(problems).toMatchObject([{ error_code: "catalogue-full", left_out: 1 }]);
});

test("items that cannot be used are counted over all pages, beside a cut", async () => {
  const { page: next } = pages((n) => page(["a"], `cursor ${n}`, { dropped: 2 }));
  const { problems } = await readList(next, { ...LIMITS, maxPages: 2 }, anyRoom);
  expect(problems).toMatchObject([{ error_code: "list-endless" }, { error_code: "items-unusable", left_out: 4 }]);
});

test("a list may be kept for as long as the page that may be kept the shortest", async () => {
  const said = [null, 500, 300, 900];
  const { page: next } = pages((n) => page(["a"], n < 4 ? `${n}` : null, { ttlMs: said[n - 1] ?? null }));
  expect((await readList(next, LIMITS, anyRoom)).ttlMs).toBe(300);
});
