// From a challenge to the one authorization server a sign-in goes to.
import { McpError } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import { assumeAuthorizationServer, type AuthorizationServer } from "./authorization-server.ts";
import { canonicalResource, findResourceMetadata } from "./resource-metadata.ts";
import { findServerMetadata, sameIssuer } from "./server-metadata.ts";

export interface Discovered {
  readonly provider: AuthorizationServer;
  /** Sent as `resource` with every request. */
  readonly resource: string;
  /** Scopes the server itself says it understands. */
  readonly resourceScopes: readonly string[] | null;
}

export interface DiscoveryQuestion {
  readonly serverUrl: string;
  /** `resource_metadata` of the challenge. */
  readonly announced: string | null;
  /** Issuers that are preferred when the server names several: the configured one, or the one of the present grant. */
  readonly preferred: readonly string[];
  /** A client was registered by hand: then nothing is assumed, its secret goes to its own or a published issuer only. */
  readonly configured: { readonly issuer?: string | undefined } | null;
}

/** At most this many of the named authorization servers are looked at. */
const MAX_CANDIDATES = 3;

/**
 * Find the authorization server of an MCP server.
 *
 * Rejects with `McpError`: `authorization-server-not-found`, `metadata-invalid`, `resource-mismatch`, `issuer-mismatch`,
 * `pkce-unsupported`, `http-error`, and what the guarded fetch throws.
 */
export async function discover(fetch: GuardedFetch, question: DiscoveryQuestion): Promise<Discovered> {
  const { serverUrl, announced, preferred, configured } = question;
  const { origin } = new URL(serverUrl);
  // Plain http is for the addresses the url policy already let through on this very errand.
  const httpOrigins = new Set([origin]);

  const found = await findResourceMetadata(fetch, serverUrl, announced);
  if (found === null) {
    const provider = await withoutResourceMetadata(fetch, origin, configured, httpOrigins);
    return { provider, resource: canonicalResource(serverUrl), resourceScopes: null };
  }
  const { resource, scopes, authorizationServers } = found;
  if (
    configured?.issuer !== undefined &&
    !authorizationServers.some((issuer) => sameIssuer(issuer, configured.issuer ?? ""))
  ) {
    throw new McpError("issuer-mismatch");
  }
  const candidates = [
    ...authorizationServers.filter((issuer) => preferred.includes(issuer)),
    ...authorizationServers.filter((issuer) => !preferred.includes(issuer)),
  ].slice(0, MAX_CANDIDATES);
  return { provider: await firstUsable(fetch, candidates, httpOrigins), resource, resourceScopes: scopes };
}

/** MCP 2025-03-26: the server's own origin, with or without metadata. A configured client only ever goes where it belongs. */
async function withoutResourceMetadata(
  fetch: GuardedFetch,
  origin: string,
  configured: DiscoveryQuestion["configured"],
  httpOrigins: ReadonlySet<string>,
): Promise<AuthorizationServer> {
  if (configured === null)
    return (await findServerMetadata(fetch, origin, httpOrigins)) ?? assumeAuthorizationServer(origin);
  const own = configured.issuer === undefined ? null : await findServerMetadata(fetch, configured.issuer, httpOrigins);
  if (own === null) throw new McpError("authorization-server-not-found");
  return own;
}

/** The first that can be used; when none can, the error of the first, which is the one the server prefers. */
async function firstUsable(
  fetch: GuardedFetch,
  issuers: readonly string[],
  httpOrigins: ReadonlySet<string>,
): Promise<AuthorizationServer> {
  let firstError: unknown;
  for (const issuer of issuers) {
    try {
      const provider = await findServerMetadata(fetch, issuer, httpOrigins);
      if (provider !== null) return provider;
      firstError ??= new McpError("authorization-server-not-found");
    } catch (error) {
      firstError ??= error;
    }
  }
  throw firstError;
}
