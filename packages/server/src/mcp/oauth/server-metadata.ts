// Authorization server metadata (RFC 8414, OpenID Connect Discovery): where it may lie, and whether it is the issuer's.
import { McpError } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { ServerKind, TokenServer } from "./authorization-server.ts";
import { fetchMetadata } from "./metadata-document.ts";

/**
 * `null` when no document is there.
 *
 * Rejects with `McpError`: `issuer-mismatch`, `metadata-invalid`, `pkce-unsupported`, `http-error`.
 */
export async function findServerMetadata<S extends TokenServer>(
  fetch: GuardedFetch,
  issuer: string,
  httpOrigins: ReadonlySet<string>,
  kind: ServerKind<S>,
): Promise<S | null> {
  let unusable: number | null = null;
  for (const url of metadataUrls(issuer)) {
    const answer = await fetchMetadata(fetch, url, "as-metadata");
    if (answer.kind === "unusable") unusable = answer.status;
    if (answer.kind !== "found") continue;
    if (!sameIssuer(answer.document["issuer"], issuer)) throw new McpError("issuer-mismatch");
    return kind.read(answer.document, withHttpOrigin(httpOrigins, url));
  }
  if (unusable !== null) throw new McpError("metadata-invalid", { status: unusable, detail: "(authorization server)" });
  return null;
}

/** The order of the MCP specification: OAuth inserted, OpenID inserted, OpenID appended. */
function metadataUrls(issuer: string): readonly string[] {
  if (!URL.canParse(issuer)) throw new McpError("metadata-invalid", { detail: "(authorization_servers)" });
  const { origin, pathname, search, hash, username, password } = new URL(issuer);
  // Schemes without hosts (`javascript:`, `data:`) have the origin "null".
  if (origin === "null" || search !== "" || hash !== "" || username !== "" || password !== "") {
    throw new McpError("metadata-invalid", { detail: "(authorization_servers)" });
  }
  const path = pathname.replace(/\/$/, "");
  const urls = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
  ];
  return path === "" ? urls : [...urls, `${origin}${path}/.well-known/openid-configuration`];
}

/** Identical (RFC 8414 section 3.3), but a pathless issuer may be written with or without its slash. */
export function sameIssuer(published: unknown, expected: string): boolean {
  if (typeof published !== "string") return false;
  if (published === expected) return true;
  if (!URL.canParse(published) || new URL(published).pathname !== "/") return false;
  return published === `${expected}/` || `${published}/` === expected;
}

function withHttpOrigin(origins: ReadonlySet<string>, url: string): ReadonlySet<string> {
  return new Set([...origins, new URL(url).origin]);
}
