// Which pages may act on an agent: a browser sends a person's cookies along, whoever wrote the page.

/** What the caller's origin means for a request. */
export type OriginVerdict = "allowed" | "foreign";

/**
 * Judge the `Origin` header.
 *
 * Without one the caller is no page, and allowed. Allowed too: the request's own origin, a listed one, and, while the
 * Worker itself runs on the loopback, every other port of it (a development server).
 */
export function judgeOrigin(request: Request, listed: readonly string[]): OriginVerdict {
  const origin = request.headers.get("Origin");
  if (origin === null) return "allowed";
  const own = new URL(request.url);
  if (origin === own.origin || listed.includes(origin)) return "allowed";
  if (!URL.canParse(origin)) return "foreign";
  return isLoopback(own.hostname) && isLoopback(new URL(origin).hostname) ? "allowed" : "foreign";
}

/** Methods that promise to change nothing. */
export function isSafeMethod(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127(?:\.\d{1,3}){3}$/.test(hostname)
  );
}
