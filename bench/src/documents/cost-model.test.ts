import { expect, test } from "vitest";
import { costTables } from "./cost-tables.ts";
import { costOf, PRICES, USE } from "./cost-model.ts";
import { type Figures, figuresOf } from "./figures.ts";

const VISITS = USE.people * USE.visitsPerDay * 30;
const CALLS = VISITS * USE.callsPerVisit;
const GB_SECONDS = 0.128;

/** Every count of `visit` is 0 but those given, which are the same of both packages. */
function figuresWith(counts: Readonly<Record<string, number>>): Figures {
  const ways = ["begin", "open", "use"].flatMap((when) =>
    ["starts", "read", "written", "alarms", "requests", "exchanges", "bytes", "stored"].map(
      (what) => `${when} ${what}`,
    ),
  );
  const keys = ["streams", "plain"].flatMap((kind) => ways.map((way) => `${kind} ${way}`));
  const rows = keys.map((key) => ({ key, reference: counts[key] ?? 0, ours: counts[key] ?? 0 }));
  return figuresOf({ scenarios: [{ name: "visit", rows }] });
}

test("rows are those of beginning once, and of every visit and every call", () => {
  const figures = figuresWith({ "plain begin written": 3, "plain open written": 2, "plain use written": 5 });
  const cost = costOf(figures, "ours", "plain", "least");
  expect(cost?.rowsWritten).toBe(3 * USE.people + 2 * VISITS + 5 * CALLS);
});

test("a page that opens is a request, twenty messages are one, an alarm is one", () => {
  expect(costOf(figuresWith({}), "ours", "plain", "least")?.requests).toBe(VISITS + CALLS / 20);
  expect(costOf(figuresWith({ "plain open alarms": 1 }), "ours", "plain", "least")?.requests).toBe(
    2 * VISITS + CALLS / 20,
  );
});

test("without streams an object is in memory while it waits for servers, and no longer", () => {
  const cost = costOf(figuresWith({ "plain use exchanges": 2 }), "ours", "plain", "least");
  expect(cost?.gigabyteSeconds).toBeCloseTo(CALLS * 2 * USE.secondsPerExchange * GB_SECONDS);
});

test("streams that are never given up keep every object in memory all month, and nothing wakes it", () => {
  const cost = costOf(
    figuresWith({ "streams open read": 9, "streams use requests": 9 }),
    "reference",
    "streams",
    "most",
  );
  expect(cost?.gigabyteSeconds).toBeCloseTo(USE.people * 30 * 86_400 * GB_SECONDS);
  expect(cost).toMatchObject({ rowsRead: 0, serverRequests: CALLS });
});

test("streams that were ended and not opened again hold nothing", () => {
  const asleep = figuresWith({ "streams use starts": 1, "streams use exchanges": 2 });
  const seconds = CALLS * 2 * USE.secondsPerExchange;
  expect(costOf(asleep, "reference", "streams", "least")?.gigabyteSeconds).toBeCloseTo(seconds * GB_SECONDS);
});

test("streams that are given up after a minute keep an object for its visits and a minute each", () => {
  const seconds = VISITS * (USE.callsPerVisit - 1) * 60 + VISITS * 60;
  const asleepAfterThePage = figuresWith({ "streams use starts": 1 });
  expect(costOf(asleepAfterThePage, "ours", "streams", "least")?.gigabyteSeconds).toBeCloseTo(seconds * GB_SECONDS);
});

test("where a page that opens has streams opened, that is a minute more", () => {
  const seconds = VISITS * USE.callsPerVisit * 60 + VISITS * 60;
  expect(costOf(figuresWith({}), "ours", "streams", "least")?.gigabyteSeconds).toBeCloseTo(seconds * GB_SECONDS);
});

test("the total is what each of them costs by the million, and storage by the GB", () => {
  const cost = costOf(
    figuresWith({ "plain begin written": 1000, "plain begin stored": 100 }),
    "ours",
    "plain",
    "least",
  );
  const requests = ((VISITS + CALLS / 20) * PRICES.requests) / 1e6;
  expect(cost?.total).toBeCloseTo(requests + PRICES.rowsWritten + 0.1 * PRICES.stored);
});

test("what was not measured costs nothing that could be said", () => {
  expect(costOf(figuresOf({ scenarios: [] }), "ours", "plain", "least")).toBeUndefined();
  expect(costTables(figuresOf({ scenarios: [] }))).toContain("not measured");
});
