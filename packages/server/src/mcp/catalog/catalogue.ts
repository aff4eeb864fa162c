// What every server offers, in memory after the first read, written only where it changed.
import type { Prompt, Resource, ResourceTemplate, Tool } from "@agents-internal/protocol";
import type { CatalogueKind } from "../session/session.ts";
import { CATALOGUE_MAX_CHARS, createCatalogueRoom } from "./catalogue-room.ts";
import { LIST_NAMES, type ListReport, type ListReports } from "../lists.ts";

/** The lists of one server. */
export interface Catalogue {
  readonly tools: readonly Tool[];
  readonly prompts: readonly Prompt[];
  readonly resources: readonly Resource[];
  readonly resourceTemplates: readonly ResourceTemplate[];
}

const EMPTY_CATALOGUE: Catalogue = { tools: [], prompts: [], resources: [], resourceTemplates: [] };
const NO_REPORTS: ListReports = {};
const NO_TEXTS: ReadonlyMap<CatalogueKind, string> = new Map();

export interface CatalogueStore {
  of(serverId: string): Catalogue;
  /** One of its lists as it is stored: JSON. */
  textOf(serverId: string, kind: CatalogueKind): string;
  /** What is known about the lists besides their items; nothing about a list that is whole and may be old. */
  reportsOf(serverId: string): ListReports;
  /**
   * Replace the given lists and reports, and keep the others. Returns whether anything that is shown is different now.
   * Synchronous. `texts`: lists as JSON, where that was written already.
   */
  update(
    serverId: string,
    lists: Partial<Catalogue>,
    reports?: ListReports,
    texts?: ReadonlyMap<CatalogueKind, string>,
  ): boolean;
  /** Whether what is known of a list is this text. */
  isKnown(serverId: string, kind: CatalogueKind, text: string): boolean;
  /** Room for what one reading of a server brings. Release it when that is stored. */
  claim(serverId: string): {
    readonly take: (kind: CatalogueKind, chars: number) => boolean;
    readonly release: () => void;
  };
  delete(serverId: string): void;
}

/** Where the lists are kept, as JSON text, and the reports on them. */
export interface CatalogueRows {
  /** server id → kind → text */
  all(): ReadonlyMap<string, ReadonlyMap<CatalogueKind, string>>;
  replace(serverId: string, kind: CatalogueKind, text: string): void;
  deleteServer(serverId: string): void;
  /** server id → kind → report */
  reports(): ReadonlyMap<string, ListReports>;
  putReport(serverId: string, kind: CatalogueKind, report: ListReport | null): void;
}

interface Entry {
  readonly texts: Map<CatalogueKind, string>;
  catalogue: Catalogue;
  reports: ListReports;
}

export function createCatalogueStore(rows: CatalogueRows, maxChars = CATALOGUE_MAX_CHARS): CatalogueStore {
  let entries: Map<string, Entry> | undefined;
  const room = createCatalogueRoom(maxChars);
  const place = (serverId: string, kind: CatalogueKind): string => `${kind} ${serverId}`;

  function load(): Map<string, Entry> {
    if (entries) return entries;
    entries = new Map();
    const reports = rows.reports();
    for (const [serverId, texts] of rows.all()) {
      const entry = readEntry(texts, reports.get(serverId) ?? NO_REPORTS);
      entries.set(serverId, entry);
      for (const [kind, text] of entry.texts) room.setStored(place(serverId, kind), text.length);
    }
    for (const [serverId, report] of reports) {
      if (!entries.has(serverId)) entries.set(serverId, readEntry(new Map(), report));
    }
    return entries;
  }

  function updateList(
    serverId: string,
    entry: Entry,
    kind: CatalogueKind,
    items: Catalogue[CatalogueKind],
    text: string,
  ): boolean {
    if (text === (entry.texts.get(kind) ?? "[]")) return false;
    rows.replace(serverId, kind, text);
    room.setStored(place(serverId, kind), text.length);
    entry.texts.set(kind, text);
    entry.catalogue = { ...entry.catalogue, [kind]: items };
    return true;
  }

  /** Only the problems are shown; until when a list is fresh changes with every reading. */
  function updateReport(serverId: string, entry: Entry, kind: CatalogueKind, report: ListReport): boolean {
    const before = entry.reports[kind];
    const isPlain = report.problems.length === 0 && report.freshUntil === null;
    if (JSON.stringify(before) === JSON.stringify(report) || (isPlain && before === undefined)) return false;
    rows.putReport(serverId, kind, isPlain ? null : report);
    const { [kind]: _, ...others } = entry.reports;
    entry.reports = isPlain ? others : { ...others, [kind]: report };
    return JSON.stringify(before?.problems ?? []) !== JSON.stringify(report.problems);
  }

  return {
    of: (serverId) => load().get(serverId)?.catalogue ?? EMPTY_CATALOGUE,
    textOf: (serverId, kind) => load().get(serverId)?.texts.get(kind) ?? "[]",
    reportsOf: (serverId) => load().get(serverId)?.reports ?? NO_REPORTS,
    update(serverId, lists, reports = NO_REPORTS, texts = NO_TEXTS) {
      const entry = load().get(serverId) ?? { texts: new Map(), catalogue: EMPTY_CATALOGUE, reports: NO_REPORTS };
      let changed = false;
      for (const kind of LIST_NAMES) {
        const items = lists[kind];
        const report = reports[kind];
        if (items !== undefined) {
          const text = texts.get(kind) ?? JSON.stringify(items);
          if (updateList(serverId, entry, kind, items, text)) changed = true;
        }
        if (report !== undefined && updateReport(serverId, entry, kind, report)) changed = true;
      }
      load().set(serverId, entry);
      return changed;
    },
    isKnown: (serverId, kind, text) => load().get(serverId)?.texts.get(kind) === text,
    claim(serverId) {
      load();
      const { take, release } = room.claim();
      return { take: (kind, chars) => take(place(serverId, kind), chars), release };
    },
    delete(serverId) {
      rows.deleteServer(serverId);
      load().delete(serverId);
      for (const kind of LIST_NAMES) room.setStored(place(serverId, kind), 0);
    },
  };
}

/** Of what, {@link CatalogueStore.update} has seen to. */
function isList(value: unknown): value is readonly never[] {
  return Array.isArray(value);
}

/** A list that cannot be read counts as one that was never read: the next reading of the server writes it anew. */
function readEntry(stored: ReadonlyMap<CatalogueKind, string>, reports: ListReports): Entry {
  const texts = new Map(stored);
  const list = (kind: CatalogueKind): readonly never[] => {
    try {
      const items = JSON.parse(texts.get(kind) ?? "[]") as unknown;
      if (isList(items)) return items;
    } catch {
      // Not JSON.
    }
    texts.delete(kind);
    return [];
  };
  const catalogue: Catalogue = {
    tools: list("tools"),
    prompts: list("prompts"),
    resources: list("resources"),
    resourceTemplates: list("resourceTemplates"),
  };
  return { texts, catalogue, reports };
}
