// A short name for contents: the same in every life of the host, and hardly ever the same for others.

/** 64 bits that tell texts apart; no seal against whoever chooses them. */
export function digest(texts: readonly string[]): string {
  // FNV-1a, twice with different beginnings and primes.
  let one = 0x811c9dc5;
  let two = 0x01000193;
  for (const text of texts) {
    for (let at = 0; at <= text.length; at += 1) {
      // After the last one something that is no UTF-16 unit, so that no text can look like the end of one.
      const code = at < text.length ? text.charCodeAt(at) : 0x10000;
      one = Math.imul(one ^ code, 0x01000193);
      two = Math.imul(two ^ code, 0x85ebca6b);
    }
  }
  return (one >>> 0).toString(36) + (two >>> 0).toString(36);
}
