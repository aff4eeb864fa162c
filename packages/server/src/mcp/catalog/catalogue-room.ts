// How much all lists of all servers may take together: what is stored, and what is being read beside it.

/**
 * Characters of JSON. A snapshot with that much fits one WebSocket message of 32 MiB whatever the characters are, and its
 * text, its objects and its frame fit the memory of a Durable Object (128 MB) at once.
 */
export const CATALOGUE_MAX_CHARS = 10 * 1024 * 1024;

export interface CatalogueRoom {
  /** What the list takes in the rows from now on. */
  setStored(key: string, chars: number): void;
  /** A claim for what one reading is about to bring. */
  claim(): RoomClaim;
}

export interface RoomClaim {
  /** So many characters more for a list. A list that replaces one takes only what it is longer. */
  take(key: string, chars: number): boolean;
  /** The reading is over: what came of it is stored by now, or was given up. */
  release(): void;
}

export function createCatalogueRoom(maxChars: number): CatalogueRoom {
  const stored = new Map<string, number>();
  let used = 0;

  return {
    setStored(key, chars) {
      used += chars - (stored.get(key) ?? 0);
      if (chars === 0) stored.delete(key);
      else stored.set(key, chars);
    },
    claim() {
      const read = new Map<string, number>();
      let claimed = 0;
      return {
        take(key, chars) {
          const before = read.get(key) ?? 0;
          const kept = stored.get(key) ?? 0;
          const more = Math.max(0, before + chars - kept) - Math.max(0, before - kept);
          if (more > 0 && used + more > maxChars) return false;
          read.set(key, before + chars);
          claimed += more;
          used += more;
          return true;
        },
        release() {
          used -= claimed;
          claimed = 0;
          read.clear();
        },
      };
    },
  };
}
