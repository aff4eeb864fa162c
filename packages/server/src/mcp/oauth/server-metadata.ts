// Authorization server metadata (RFC 8414, OpenID Connect Discovery): where it may lie, and whether it is the issuer's.
import { McpError } from "../errors.ts";
import type { ServerKind, TokenServer } from "./authorization-server.ts";
import { withException } from "./exceptions.ts";
import { cleanText } from "../inert-text.ts";
import { findDescription, type Lookup } from "./probes.ts";

/**
 * `null` when no document is there.
 *
 * Rejects with `McpError`: `issuer-not-identical`, `metadata-invalid`, `pkce-unsupported`, `pkce-unadvertised`, `http-error`.
 */
export function findServerMetadata<S extends TokenServer>(
  lookup: Lookup,
  issuer: string,
  httpOrigins: ReadonlySet<string>,
  kind: ServerKind<S>,
): Promise<S | null> {
  const { issuerAlias, unadvertisedPkce = false } = lookup.exceptions;
  const alias = issuerAlias !== undefined && sameIssuer(issuerAlias.named, issuer) ? issuerAlias.published : null;
  return findDescription(lookup, "as-metadata", metadataUrls(issuer), (document, place) => {
    const published = document["issuer"];
    const isAlias = !sameIssuer(published, issuer);
    if (isAlias && (alias === null || published !== alias)) {
      const stated = typeof published === "string" ? cleanText(published) : "nothing";
      throw new McpError("issuer-not-identical", { detail: `(${stated} instead of ${cleanText(issuer)})` });
    }
    const origins = new Set([...httpOrigins, new URL(place).origin]);
    return withException(kind.read(document, { httpOrigins: origins, unadvertisedPkce }), isAlias && "issuerAlias");
  });
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
