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

/**
 * The callback of one server alone, below the one that all servers share. What a provider sends there cannot be passed
 * off as the answer of another server's provider, even where it does not say who it is (RFC 9700 section 4.4.2.2).
 */
export function callbackOfServer(callbackUrl: string, serverId: string): string {
  return `${callbackUrl}/${encodeURIComponent(serverId)}`;
}

/** The shared callback and the server, if `place` is one that {@link callbackOfServer} makes. */
export function splitServerCallback(place: string): { readonly shared: string; readonly serverId: string } {
  const end = place.lastIndexOf("/");
  return { shared: place.slice(0, end), serverId: decode(place.slice(end + 1)) };
}
