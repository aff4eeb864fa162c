// What every server offers, in memory after the first read, written only where it changed.
import type { Prompt, Resource, ResourceTemplate, Tool } from "@agents-internal/protocol";
import type { CatalogueKind } from "../session/session.ts";

/** The lists of one server. */
export interface Catalogue {
  readonly tools: readonly Tool[];
  readonly prompts: readonly Prompt[];
  readonly resources: readonly Resource[];
  readonly resourceTemplates: readonly ResourceTemplate[];
}

const EMPTY_CATALOGUE: Catalogue = { tools: [], prompts: [], resources: [], resourceTemplates: [] };

export const CATALOGUE_KINDS: readonly CatalogueKind[] = ["tools", "prompts", "resources", "resourceTemplates"];

export interface CatalogueStore {
  of(serverId: string): Catalogue;
  /** Replace the given lists and keep the others. Returns whether anything is different now. Synchronous. */
  update(serverId: string, lists: Partial<Catalogue>): boolean;
  delete(serverId: string): void;
}

/** Where the lists are kept, as JSON text. */
export interface CatalogueRows {
  /** server id → kind → text */
  all(): ReadonlyMap<string, ReadonlyMap<CatalogueKind, string>>;
  replace(serverId: string, kind: CatalogueKind, text: string): void;
  deleteServer(serverId: string): void;
}

interface Entry {
  readonly texts: Map<CatalogueKind, string>;
  catalogue: Catalogue;
}

export function createCatalogueStore(rows: CatalogueRows): CatalogueStore {
  let entries: Map<string, Entry> | undefined;

  function load(): Map<string, Entry> {
    if (entries) return entries;
    entries = new Map();
    for (const [serverId, texts] of rows.all()) entries.set(serverId, readEntry(texts));
    return entries;
  }

  return {
    of: (serverId) => load().get(serverId)?.catalogue ?? EMPTY_CATALOGUE,
    update(serverId, lists) {
      const entry = load().get(serverId) ?? { texts: new Map(), catalogue: EMPTY_CATALOGUE };
      let changed = false;
      for (const kind of CATALOGUE_KINDS) {
        const items = lists[kind];
        if (items === undefined) continue;
        const text = JSON.stringify(items);
        if (text === (entry.texts.get(kind) ?? "[]")) continue;
        rows.replace(serverId, kind, text);
        entry.texts.set(kind, text);
        entry.catalogue = { ...entry.catalogue, [kind]: items };
        changed = true;
      }
      load().set(serverId, entry);
      return changed;
    },
    delete(serverId) {
      rows.deleteServer(serverId);
      load().delete(serverId);
    },
  };
}

/** Of what, {@link CatalogueStore.update} has seen to. */
function isList(value: unknown): value is readonly never[] {
  return Array.isArray(value);
}

/** A list that cannot be read counts as one that was never read: the next reading of the server writes it anew. */
function readEntry(stored: ReadonlyMap<CatalogueKind, string>): Entry {
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
  return { texts, catalogue };
}
