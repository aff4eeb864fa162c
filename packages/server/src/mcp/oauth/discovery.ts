// From a challenge to the one authorization server a sign-in goes to.
import { McpError } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import {
  assumeAuthorizationServer,
  type AuthorizationServer,
  FOR_MACHINES,
  FOR_PEOPLE,
  type ServerKind,
  type TokenServer,
} from "./authorization-server.ts";
import { canonicalResource, findResourceMetadata } from "./resource-metadata.ts";
import { findServerMetadata, sameIssuer } from "./server-metadata.ts";

export interface Discovered<S extends TokenServer = AuthorizationServer> {
  readonly provider: S;
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
  const { origin } = new URL(question.serverUrl);
  return find(fetch, question, FOR_PEOPLE, async () =>
    question.configured === null
      ? ((await findServerMetadata(fetch, origin, new Set([origin]), FOR_PEOPLE)) ?? assumeAuthorizationServer(origin))
      : null,
  );
}

/** As {@link discover}, for grants without a person: no authorization endpoint is needed, and nothing is assumed. */
export function discoverTokenServer(
  fetch: GuardedFetch,
  question: DiscoveryQuestion,
): Promise<Discovered<TokenServer>> {
  return find(fetch, question, FOR_MACHINES, async () => null);
}

async function find<S extends TokenServer>(
  fetch: GuardedFetch,
  { serverUrl, announced, preferred, configured }: DiscoveryQuestion,
  kind: ServerKind<S>,
  /** MCP 2025-03-26: the server's own origin, with or without metadata. */
  atOrigin: () => Promise<S | null>,
): Promise<Discovered<S>> {
  // Plain http is for the addresses the url policy already let through on this very errand.
  const httpOrigins = new Set([new URL(serverUrl).origin]);

  const found = await findResourceMetadata(fetch, serverUrl, announced);
  if (found === null) {
    // A configured client only ever goes where it belongs.
    const named = configured?.issuer === undefined ? null : configured.issuer;
    const provider = named === null ? await atOrigin() : await findServerMetadata(fetch, named, httpOrigins, kind);
    if (provider === null) throw new McpError("authorization-server-not-found");
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
  return { provider: await firstUsable(fetch, candidates, httpOrigins, kind), resource, resourceScopes: scopes };
}

/** The first that can be used; when none can, the error of the first, which is the one the server prefers. */
async function firstUsable<S extends TokenServer>(
  fetch: GuardedFetch,
  issuers: readonly string[],
  httpOrigins: ReadonlySet<string>,
  kind: ServerKind<S>,
): Promise<S> {
  let firstError: unknown;
  for (const issuer of issuers) {
    try {
      const provider = await findServerMetadata(fetch, issuer, httpOrigins, kind);
      if (provider !== null) return provider;
      firstError ??= new McpError("authorization-server-not-found");
    } catch (error) {
      firstError ??= error;
    }
  }
  throw firstError;
}
