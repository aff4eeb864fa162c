// Headers that mean something between our own parts, and must not come from outside.

const INTERNAL = /^x-(?:agents|partykit)-/i;

/** The request without them; the same object when there are none. */
export function withoutInternalHeaders(request: Request): Request {
  const found = [...request.headers.keys()].filter((name) => INTERNAL.test(name));
  if (found.length === 0) return request;
  const clean = new Request(request);
  for (const name of found) clean.headers.delete(name);
  return clean;
}
