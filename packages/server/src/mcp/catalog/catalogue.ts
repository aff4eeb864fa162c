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
  /** server id → kind → text, each of an array */
  all(): ReadonlyMap<string, ReadonlyMap<CatalogueKind, string>>;
  replace(serverId: string, kind: CatalogueKind, text: string): void;
  deleteServer(serverId: string): void;
  /** server id → kind → report */
  reports(): ReadonlyMap<string, ListReports>;
  putReport(serverId: string, kind: CatalogueKind, report: ListReport | null): void;
}

interface Entry {
  readonly texts: Map<CatalogueKind, string>;
  /** `null`: nobody has looked into the texts yet, which frames are made of as they are. */
  catalogue: Catalogue | null;
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
      entries.set(serverId, {
        texts: new Map(texts),
        catalogue: null,
        reports: reports.get(serverId) ?? NO_REPORTS,
      });
      for (const [kind, text] of texts) room.setStored(place(serverId, kind), text.length);
    }
    for (const [serverId, report] of reports) {
      if (!entries.has(serverId)) entries.set(serverId, { ...newEntry(), reports: report });
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
    if (entry.catalogue !== null) entry.catalogue = { ...entry.catalogue, [kind]: items };
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
    of(serverId) {
      const entry = load().get(serverId);
      return entry === undefined ? EMPTY_CATALOGUE : (entry.catalogue ??= readCatalogue(entry.texts));
    },
    textOf: (serverId, kind) => load().get(serverId)?.texts.get(kind) ?? "[]",
    reportsOf: (serverId) => load().get(serverId)?.reports ?? NO_REPORTS,
    update(serverId, lists, reports = NO_REPORTS, texts = NO_TEXTS) {
      const entry = load().get(serverId) ?? newEntry();
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

const newEntry = (): Entry => ({ texts: new Map(), catalogue: EMPTY_CATALOGUE, reports: NO_REPORTS });

/** Items are what {@link CatalogueStore.update} was given. */
function readCatalogue(texts: ReadonlyMap<CatalogueKind, string>): Catalogue {
  const list = (kind: CatalogueKind): readonly never[] => JSON.parse(texts.get(kind) ?? "[]") as readonly never[];
  return {
    tools: list("tools"),
    prompts: list("prompts"),
    resources: list("resources"),
    resourceTemplates: list("resourceTemplates"),
  };
}
