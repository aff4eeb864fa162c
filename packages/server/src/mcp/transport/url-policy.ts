// Which addresses the agent may reach.
import { McpError } from "../errors.ts";

const MAX_URL_LENGTH = 8192;
const PRIVATE_SUFFIXES = ["localhost", "local", "internal", "home.arpa", "onion", "test", "invalid"] as const;
const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;

/**
 * Parse an address and judge it: https only, a public DNS name, no credentials inside.
 *
 * `allowOrigins` lists exact origins that are exempt (`http://localhost:8787`, or `http://localhost:*` for every port); for
 * those http and addresses inside a network are fine. Names are judged, not what they resolve to: a Worker cannot pin the address it
 * connects to, so a public name that points into a private network has to be stopped by the network.
 *
 * Returns the parsed URL with a trailing dot of the host removed.
 *
 * Throws `McpError`: `url-invalid` (not an http(s) URL, or credentials inside), `url-blocked`.
 */
export function checkUrl(url: string, allowOrigins: readonly string[]): URL {
  if (url.length > MAX_URL_LENGTH) throw new McpError("url-invalid", { detail: "It is too long." });
  if (!URL.canParse(url)) throw new McpError("url-invalid");
  const parsed = new URL(url);
  if (parsed.protocol !== "https:" && parsed.protocol !== "http:") {
    throw new McpError("url-invalid", { detail: `${parsed.protocol} is not supported.` });
  }
  if (parsed.username !== "" || parsed.password !== "") {
    throw new McpError("url-invalid", {
      detail: "It must not contain a user name or password; send a header instead.",
    });
  }
  if (parsed.hostname.endsWith(".")) parsed.hostname = parsed.hostname.slice(0, -1);
  if (isAllowed(parsed, allowOrigins)) return parsed;
  if (parsed.protocol === "https:" && isPublicName(parsed.hostname)) return parsed;
  throw new McpError("url-blocked", {
    detail: `To allow ${parsed.host}, add "${parsed.origin}" to allowOrigins (or to the variable AGENTS_ALLOW_ORIGINS).`,
  });
}

function isAllowed(url: URL, allowOrigins: readonly string[]): boolean {
  return allowOrigins.some((entry) => {
    if (!entry.endsWith(":*")) return URL.canParse(entry) && new URL(entry).origin === url.origin;
    const host = entry.slice(0, -2);
    if (!URL.canParse(host)) return false;
    const allowed = new URL(host);
    return allowed.protocol === url.protocol && allowed.hostname === url.hostname;
  });
}

/** The URL parser has already turned every spelling of an IP address into one of two canonical forms. */
function isPublicName(hostname: string): boolean {
  if (hostname.startsWith("[") || IPV4.test(hostname)) return false;
  const labels = hostname.split(".");
  if (labels.length < 2 || labels.some((label) => label === "")) return false;
  return !PRIVATE_SUFFIXES.some((suffix) => hostname === suffix || hostname.endsWith(`.${suffix}`));
}
