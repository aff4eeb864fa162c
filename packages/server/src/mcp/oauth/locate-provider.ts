// Finds the authorization server of a grant of which only the issuer is known: the one it was given by, and no other.
import { McpError } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { Timeline } from "../timeline/recorder.ts";
import { assumeAuthorizationServer, type TokenServer } from "./authorization-server.ts";
import { type DiscoveryQuestion, discoverTokenServer } from "./discovery.ts";
import type { AuthTarget } from "./oauth.ts";
import { sameIssuer } from "./server-metadata.ts";
import type { Grant } from "./token-store.ts";

export interface LocateDeps {
  readonly fetch: GuardedFetch;
  readonly timeline: Pick<Timeline, "record">;
}

export interface LocatedProvider {
  readonly provider: TokenServer;
  readonly resource: string;
}

/**
 * What the grant says already, or what the server and its issuer publish.
 *
 * Rejects with `McpError` as `discover` does; `issuer-mismatch` when the server names other issuers by now.
 */
export async function locateProvider(
  { fetch, timeline }: LocateDeps,
  { serverUrl, serverId, options }: AuthTarget,
  { provider, issuer, resource }: Pick<Grant, "provider" | "issuer" | "resource">,
): Promise<LocatedProvider> {
  if (provider !== null) return { provider, resource };
  const { origin } = new URL(serverUrl);
  const question: DiscoveryQuestion = {
    serverUrl,
    announced: null,
    preferred: [issuer],
    configured: { issuer },
    exceptions: options.exceptions ?? {},
    note: (probe) => timeline.record(serverId, probe),
  };
  const found = await discoverTokenServer(fetch, question).catch((error: unknown) => {
    // MCP 2025-03-26: without any metadata the server was its own issuer.
    const assumed = McpError.from(error).code === "authorization-server-not-found" && sameIssuer(issuer, origin);
    if (assumed) return { provider: assumeAuthorizationServer(origin), resource };
    throw error;
  });
  if (!sameIssuer(found.provider.issuer, issuer)) throw new McpError("issuer-mismatch", { serverId });
  return { provider: found.provider, resource: found.resource };
}

const MOVED: ReadonlySet<string> = new Set([
  "authorization-server-not-found",
  "issuer-mismatch",
  "issuer-not-identical",
  "resource-mismatch",
  "resource-prefix",
]);

/** Asking again would not help: whoever gave the grant is not the server's issuer any more. */
export function isMovedAway(error: unknown): boolean {
  return error instanceof McpError && MOVED.has(error.code);
}
