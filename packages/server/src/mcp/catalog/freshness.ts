// For how long a list is taken as it is without asking the server again.
import type { ServerCapabilities } from "@agents-internal/protocol";
import type { CatalogueKind } from "../session/session.ts";
import type { Discovered } from "./discover.ts";
import { LIST_NAMES, type ListReport, type ListReports } from "../lists.ts";

/**
 * ms; bounds for `ttlMs` (2026-07-28, "Caching"). Most servers say 0 because their library does, and a list each call would
 * cost more than it is worth; what claims to stay for years is looked at once a day.
 */
const TTL = { min: 60_000, max: 24 * 60 * 60_000 } as const;
/** ms for a list of which the server says nothing. */
const UNSAID = 5 * 60_000;
/** Up to a tenth later than the server says, so that many agents that began together do not come back together. */
const SPREAD = 0.1;

/**
 * ms since the epoch. `random` is in [0, 1). `cacheScope` has no part in it: what an agent keeps is one person's, and
 * nobody else is ever served from it, which is as much as `private` asks for.
 */
export function freshUntil(ttlMs: number, now: number, random: number): number {
  const ttl = Math.min(Math.max(ttlMs, TTL.min), TTL.max);
  return Math.round(now + ttl * (1 + SPREAD * random));
}

/** What to store of a reading. A list that could not be read is tried again with the first use after a minute. */
export function toReports({ lists, readings }: Discovered, now: number, random: number): ListReports {
  const reports: Partial<Record<CatalogueKind, ListReport>> = {};
  for (const [kind, { problems, ttlMs }] of readings) {
    const said = ttlMs === null ? null : freshUntil(ttlMs, now, random);
    reports[kind] = { problems, freshUntil: lists[kind] === undefined ? now + TTL.min : said };
  }
  return reports;
}

/**
 * The server is used; or a session with it has just been gone on with, and while there was none nobody heard of changes; or
 * somebody only sees what is stored of it.
 */
export type Look = "used" | "resumed" | "watched";

export interface ListAges {
  readonly now: number;
  readonly capabilities: ServerCapabilities;
  readonly reports: ListReports;
  /** ms since the epoch; 0: nobody knows. */
  readonly readAt: (kind: CatalogueKind) => number;
  readonly look: Look;
  /** A stream is open on which the server can say that a list changed. */
  readonly hears: boolean;
}

/** The lists to read again now that the server is used. */
export function staleKinds({ now, capabilities, reports, readAt, look, hears }: ListAges): readonly CatalogueKind[] {
  return announcedKinds(capabilities).filter((kind) => {
    // Pages are loaded more often than servers are used.
    if (look === "watched" && now - readAt(kind) < UNSAID) return false;
    const until = reports[kind]?.freshUntil ?? null;
    if (until !== null) return now >= until;
    const isTold = look !== "resumed" && hears && capabilities[capabilityOf(kind)]?.listChanged === true;
    return !isTold && now - readAt(kind) >= UNSAID;
  });
}

/** The lists that a server says it has. */
export function announcedKinds(capabilities: ServerCapabilities): readonly CatalogueKind[] {
  return LIST_NAMES.filter((kind) => capabilities[capabilityOf(kind)] !== undefined);
}

const capabilityOf = (kind: CatalogueKind) => (kind === "resourceTemplates" ? "resources" : kind);
