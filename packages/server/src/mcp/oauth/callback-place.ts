// Where a callback URL points to, without what is said there.

/** Origin and path: what makes a request one on a callback URL. Compared exactly, never by prefix. */
export function callbackPlace(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
