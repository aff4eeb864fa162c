// What a month of a thousand people costs on the platform: measured counts times how people use it times what it charges.
import type { Figures, Pair } from "./figures.ts";

/** US dollars, of the paid plan, beyond what is included. */
export const PRICES = {
  /** per million requests to objects; WebSocket messages to them count a twentieth */
  requests: 0.15,
  /** per million GB-s */
  duration: 12.5,
  /** per million */
  rowsRead: 0.001,
  /** per million */
  rowsWritten: 1,
  /** per GB and month */
  stored: 0.2,
} as const;

/** GB for which an object is billed while it is in memory, used or not. */
const OBJECT_GB = 0.128;
const MESSAGES_PER_REQUEST = 20;
const MONTH_DAYS = 30;
const MONTH_SECONDS = MONTH_DAYS * 24 * 3600;

/** How people use it; not measured, and to be changed to what an app sees. */
export const USE = {
  people: 1000,
  visitsPerDay: 4,
  /** Tool calls a visit, one after the other. */
  callsPerVisit: 10,
  secondsBetweenCalls: 60,
  /** Until a server far away has answered one request. */
  secondsPerExchange: 0.2,
} as const;

/** s for which this package holds streams after the last use. */
const HELD_BY_US = 60;
/** s after which the platform ends an object that is not asked for anything but cannot hibernate: 70 to 140. */
const EVICTED_AFTER = 105;

/**
 * With streams held, it is the platform and the servers that decide when an object ends. `least`: it was ended once, as in `visit`, and
 * is what it was made again by the next page. `most`: it never is, so nothing wakes it and every second counts.
 */
export type Bound = "least" | "most";

export interface Cost {
  readonly requests: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly gigabyteSeconds: number;
  readonly storedGigabytes: number;
  /** Not billed: requests to MCP servers, and GB sent to pages. */
  readonly serverRequests: number;
  /** Not known of an object that stays in memory. */
  readonly sentGigabytes?: number;
  /** US dollars. */
  readonly total: number;
}

export type Kind = "streams" | "plain";

/** A month of everybody; each begins once in it. `undefined` when `visit` was not measured. */
export function costOf(figures: Figures, side: keyof Pair, kind: Kind, bound: Bound): Cost | undefined {
  const counts = (when: "begin" | "open" | "use", what: string) =>
    figures("visit", `${kind} ${when} ${what}`)?.[side] ?? Number.NaN;
  const visits = (what: string) =>
    bound === "most" ? 0 : USE.people * VISITS * (counts("open", what) + USE.callsPerVisit * counts("use", what));
  const month = (what: string) => USE.people * counts("begin", what) + visits(what);
  const calls = USE.people * VISITS * USE.callsPerVisit;
  const waiting = month("exchanges") * USE.secondsPerExchange;
  const held = USE.people * heldSeconds(side, bound, counts("use", "starts") === 0);
  // Streams that are not opened again after an end hold nothing.
  const holds = kind === "streams" && (side === "ours" || bound === "most" || counts("use", "starts") === 0);
  const quantities = {
    requests: USE.people * VISITS + calls / MESSAGES_PER_REQUEST + visits("alarms"),
    rowsRead: month("read"),
    rowsWritten: month("written"),
    gigabyteSeconds: (holds ? held : waiting) * OBJECT_GB,
    storedGigabytes: (USE.people * counts("begin", "stored")) / 1e6,
    serverRequests: bound === "most" ? calls : visits("requests"),
    ...(bound === "most" ? {} : { sentGigabytes: visits("bytes") / 1e6 }),
  };
  if (Object.values(quantities).some(Number.isNaN)) return undefined;
  return { ...quantities, total: priceOf(quantities) };
}

const VISITS = USE.visitsPerDay * MONTH_DAYS;

/** s a month and person in which streams keep the object in memory. `fromTheStart`: a page that opens is a use. */
function heldSeconds(side: keyof Pair, bound: Bound, fromTheStart: boolean): number {
  const between = Math.min(USE.secondsBetweenCalls, HELD_BY_US);
  const uses = USE.callsPerVisit + (fromTheStart ? 1 : 0);
  if (side === "ours") return VISITS * ((uses - 1) * between + HELD_BY_US);
  if (bound === "most") return MONTH_SECONDS;
  return VISITS * ((USE.callsPerVisit - 1) * Math.min(USE.secondsBetweenCalls, EVICTED_AFTER) + EVICTED_AFTER);
}

function priceOf(cost: Omit<Cost, "total">): number {
  const millions =
    cost.requests * PRICES.requests +
    cost.gigabyteSeconds * PRICES.duration +
    cost.rowsRead * PRICES.rowsRead +
    cost.rowsWritten * PRICES.rowsWritten;
  return millions / 1e6 + cost.storedGigabytes * PRICES.stored;
}
