// From a challenge to the one authorization server a sign-in goes to.
import { McpError } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { OAuthExceptions } from "../options.ts";
import {
  assumeAuthorizationServer,
  type AuthorizationServer,
  FOR_MACHINES,
  FOR_PEOPLE,
  type ServerKind,
  type TokenServer,
} from "./authorization-server.ts";
import { withException } from "./exceptions.ts";
import type { Lookup } from "./probes.ts";
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
  /** Checks that the operator of this server gave up for it. */
  readonly exceptions: OAuthExceptions;
  /** Hears of every place that was looked at. */
  readonly note: Lookup["note"];
  /** A client was registered by hand: then nothing is assumed, its secret goes to its own or a published issuer only. */
  readonly configured: { readonly issuer?: string | undefined } | null;
}

/** At most this many of the named authorization servers are looked at. */
const MAX_CANDIDATES = 3;

/**
 * Find the authorization server of an MCP server.
 *
 * Rejects with `McpError`: `resource-metadata-missing`, `authorization-server-not-found`, `metadata-invalid`,
 * `resource-mismatch`, `resource-prefix`, `issuer-mismatch`, `issuer-not-identical`, `pkce-unsupported`,
 * `pkce-unadvertised`, `http-error`, and what the guarded fetch throws.
 */
export async function discover(fetch: GuardedFetch, question: DiscoveryQuestion): Promise<Discovered> {
  const { origin } = new URL(question.serverUrl);
  const lookup = { ...question, fetch };
  return find(lookup, question, FOR_PEOPLE, async () =>
    question.configured === null
      ? ((await findServerMetadata(lookup, origin, new Set([origin]), FOR_PEOPLE)) ?? assumeAuthorizationServer(origin))
      : null,
  );
}

/** As {@link discover}, for grants without a person: no authorization endpoint is needed, and nothing is assumed. */
export function discoverTokenServer(
  fetch: GuardedFetch,
  question: DiscoveryQuestion,
): Promise<Discovered<TokenServer>> {
  return find({ ...question, fetch }, question, FOR_MACHINES, async () => null);
}

async function find<S extends TokenServer>(
  lookup: Lookup,
  { serverUrl, announced, preferred, configured }: DiscoveryQuestion,
  kind: ServerKind<S>,
  /** MCP 2025-03-26: the server's own origin, with or without metadata. */
  atOrigin: () => Promise<S | null>,
): Promise<Discovered<S>> {
  // Plain http is for the addresses the url policy already let through on this very errand.
  const httpOrigins = new Set([new URL(serverUrl).origin]);
  const { noResourceMetadata, issuerAlias, omitResource = false } = lookup.exceptions;
  const finish = ({ provider, ...rest }: Discovered<S>): Discovered<S> => ({
    ...rest,
    provider: withException(provider, omitResource && "omitResource"),
  });

  const found = await findResourceMetadata(lookup, serverUrl, announced).catch((error: unknown) => {
    // Where the operator says who signs in for this server, a page in the place of the description is none, too.
    if (noResourceMetadata !== undefined && isUnreadable(error)) return null;
    throw error;
  });
  if (found === null) {
    // A configured client only ever goes where it belongs.
    const named = configured?.issuer ?? noResourceMetadata?.issuer;
    const provider =
      named === undefined ? await atOrigin() : await findServerMetadata(lookup, named, httpOrigins, kind);
    if (provider === null) {
      throw new McpError(named === undefined ? "resource-metadata-missing" : "authorization-server-not-found");
    }
    const isExcepted = configured?.issuer === undefined && named !== undefined;
    return finish({
      provider: withException(provider, isExcepted && "noResourceMetadata"),
      resource: canonicalResource(serverUrl),
      resourceScopes: null,
    });
  }
  const { resource, scopes, authorizationServers, exceptions = [] } = found;
  const isConfigured = (issuer: string): boolean =>
    configured?.issuer === undefined ||
    sameIssuer(issuer, configured.issuer) ||
    // Registered with a server that its metadata calls by another name, which is the one the client knows.
    (issuerAlias?.published === configured.issuer && sameIssuer(issuer, issuerAlias.named));
  if (!authorizationServers.some(isConfigured)) throw new McpError("issuer-mismatch");
  const candidates = [
    ...authorizationServers.filter((issuer) => preferred.includes(issuer)),
    ...authorizationServers.filter((issuer) => !preferred.includes(issuer)),
  ].slice(0, MAX_CANDIDATES);
  const provider = await firstUsable(lookup, candidates, httpOrigins, kind);
  return finish({
    provider: exceptions.reduce(withException, provider),
    resource,
    resourceScopes: scopes,
  });
}

/** Something answered in the place of a description. */
function isUnreadable(error: unknown): boolean {
  return error instanceof McpError && (error.code === "metadata-invalid" || error.status === 403);
}

/** The first that can be used; when none can, the error of the first, which is the one the server prefers. */
async function firstUsable<S extends TokenServer>(
  lookup: Lookup,
  issuers: readonly string[],
  httpOrigins: ReadonlySet<string>,
  kind: ServerKind<S>,
): Promise<S> {
  let firstError: unknown;
  for (const issuer of issuers) {
    try {
      const provider = await findServerMetadata(lookup, issuer, httpOrigins, kind);
      if (provider !== null) return provider;
      firstError ??= new McpError("authorization-server-not-found");
    } catch (error) {
      firstError ??= error;
    }
  }
  throw firstError;
}
