// Where a callback URL points to, without what is said there.

/** Origin and path: what makes a request one on a callback URL. Compared exactly, never by prefix. */
export function callbackPlace(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/**
 * Do both lead to the same place? One may encode what the other leaves as it is. Whichever was registered at a provider
 * has to stay: redirect URIs are compared there letter by letter.
 */
export function isSameCallback(a: string, b: string): boolean {
  return spellOut(a) === spellOut(b);
}

function spellOut(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return JSON.stringify([origin, pathname.split("/").map(decode), search]);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
