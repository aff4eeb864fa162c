// Cookies as a browser keeps them, as far as a sign-in needs: host, path, lifetime, SameSite, Secure.

interface Cookie {
  readonly name: string;
  readonly value: string;
  /** Without port: cookies know none. */
  readonly host: string;
  readonly path: string;
  readonly sameSite: "strict" | "lax" | "none";
  readonly secure: boolean;
}

export interface CookieJar {
  /** Keep what a response sets. */
  store(url: string, response: Response): void;
  /** The `Cookie` header for a top-level navigation, or `null`. */
  header(url: string, navigation: { readonly crossSite: boolean; readonly method: string }): string | null;
}

export function createCookieJar(): CookieJar {
  const jar = new Map<string, Cookie>();
  return {
    store(url, response) {
      for (const line of response.headers.getSetCookie()) {
        const cookie = parse(line, new URL(url));
        if (cookie === null) continue;
        const key = [cookie.host, cookie.path, cookie.name].join(" ");
        if (cookie.value === "" || isOver(line)) jar.delete(key);
        else jar.set(key, cookie);
      }
    },
    header(url, { crossSite, method }) {
      const { hostname, pathname, protocol } = new URL(url);
      const sent = [...jar.values()].filter(
        (cookie) =>
          cookie.host === hostname &&
          isBelow(pathname, cookie.path) &&
          (!cookie.secure || protocol === "https:" || hostname === "localhost") &&
          (!crossSite || cookie.sameSite === "none" || (cookie.sameSite === "lax" && method === "GET")),
      );
      return sent.length === 0 ? null : sent.map(({ name, value }) => `${name}=${value}`).join("; ");
    },
  };
}

/** `null` for what a browser would refuse. */
function parse(line: string, url: URL): Cookie | null {
  const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
  const cut = pair.indexOf("=");
  if (cut < 1) return null;
  const name = pair.slice(0, cut);
  const attribute = (wanted: string) =>
    attributes.map((part) => part.split("=")).find(([key = ""]) => key.toLowerCase() === wanted);
  const secure = attribute("secure") !== undefined;
  if (name.startsWith("__Host-") && (!secure || attribute("path")?.[1] !== "/" || attribute("domain"))) return null;
  const sameSite = attribute("samesite")?.[1]?.toLowerCase();
  return {
    name,
    value: pair.slice(cut + 1),
    host: url.hostname,
    path: attribute("path")?.[1] ?? (url.pathname.replace(/\/[^/]*$/, "") || "/"),
    sameSite: sameSite === "strict" || sameSite === "none" ? sameSite : "lax",
    secure,
  };
}

function isOver(line: string): boolean {
  const maxAge = /;\s*max-age=(-?\d+)/i.exec(line)?.[1];
  if (maxAge !== undefined) return Number(maxAge) <= 0;
  const expires = /;\s*expires=([^;]+)/i.exec(line)?.[1];
  return expires !== undefined && Date.parse(expires) <= 0;
}

function isBelow(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith("/") ? path : `${path}/`);
}
