// A short name for contents: the same in every life of the host, and hardly ever the same for others.

/** 64 bits that tell texts apart; no seal against whoever chooses them. */
export function digest(texts: readonly string[]): string {
  // FNV-1a, twice with different beginnings and primes.
  let one = 0x811c9dc5;
  let two = 0x01000193;
  const take = (code: number): void => {
    one = Math.imul(one ^ code, 0x01000193);
    two = Math.imul(two ^ code, 0x85ebca6b);
  };
  for (const text of texts) {
    for (let at = 0; at < text.length; at += 1) take(text.charCodeAt(at));
    // No UTF-16 unit, so that no text can look like the end of one.
    take(0x10000);
  }
  return (one >>> 0).toString(36) + (two >>> 0).toString(36);
}
