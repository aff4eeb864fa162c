// The notes themselves, shared by all sessions and kept over a restart.
import type { StateFile } from "../state-file.ts";

const SECTION = "notes";
const MAX_NOTES = 200;

export interface Note {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** ISO 8601 */
  readonly createdAt: string;
}

export interface NotesStore {
  list(): readonly Note[];
  find(id: string): Note | undefined;
  add(note: { readonly title: string; readonly text: string }): Note;
  clear(): number;
  /** Whether the `search_notes` tool exists. */
  readonly searchEnabled: boolean;
  setSearchEnabled(enabled: boolean): void;
  /** Told after each change. Returns how to stop listening. */
  subscribe(listener: (change: "notes" | "search") => void): () => void;
}

interface Kept {
  readonly notes: readonly Note[];
  readonly next: number;
  readonly searchEnabled: boolean;
}

const FIRST: Kept = {
  notes: [
    {
      id: "1",
      title: "Welcome",
      text: "This notebook lives on your own machine.",
      createdAt: "2026-01-01T00:00:00.000Z",
    },
  ],
  next: 2,
  searchEnabled: false,
};

export function createNotesStore(file: StateFile, now: () => number): NotesStore {
  let kept = (file.read(SECTION) as Kept | undefined) ?? FIRST;
  const listeners = new Set<(change: "notes" | "search") => void>();
  const change = (next: Kept, what: "notes" | "search") => {
    kept = next;
    file.write(SECTION, kept);
    for (const listener of listeners) listener(what);
  };
  return {
    list: () => kept.notes,
    find: (id) => kept.notes.find((note) => note.id === id),
    add({ title, text }) {
      const note: Note = { id: String(kept.next), title, text, createdAt: new Date(now()).toISOString() };
      change({ ...kept, notes: [...kept.notes, note].slice(-MAX_NOTES), next: kept.next + 1 }, "notes");
      return note;
    },
    clear() {
      const { length } = kept.notes;
      change({ ...kept, notes: [] }, "notes");
      return length;
    },
    get searchEnabled() {
      return kept.searchEnabled;
    },
    setSearchEnabled(enabled) {
      if (enabled !== kept.searchEnabled) change({ ...kept, searchEnabled: enabled }, "search");
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
