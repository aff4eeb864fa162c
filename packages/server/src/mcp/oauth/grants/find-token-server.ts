// Which authorization server a machine grant goes to: the one it was made for, or the first one named, for good.
import { McpError } from "../../errors.ts";
import type { Timeline } from "../../timeline/recorder.ts";
import type { GuardedFetch } from "../../guarded-fetch.ts";
import type { MachineGrant } from "../../machine-grants.ts";
import { tellExceptions } from "../exceptions.ts";
import type { OAuthChallenge } from "../challenge.ts";
import type { ClientStore } from "../client-store.ts";
import { discoverTokenServer } from "../discovery.ts";
import type { GrantBasis } from "../grant.ts";
import type { AuthTarget } from "../oauth.ts";
import { selectScopes } from "../scopes.ts";
import { sameIssuer } from "../server-metadata.ts";

export interface FindTokenServerDeps {
  readonly fetch: GuardedFetch;
  readonly clients: ClientStore;
  readonly timeline: Pick<Timeline, "record">;
}

/**
 * The binding is a row before anything is shown to the authorization server: a server cannot lead credentials elsewhere.
 *
 * Rejects with `McpError`: see `discover`; `issuer-mismatch` also when the server names another one than before.
 */
export async function findTokenServer(
  { fetch, clients, timeline }: FindTokenServerDeps,
  { serverId, serverUrl, options }: AuthTarget,
  { clientId, issuer }: MachineGrant,
  challenge: OAuthChallenge,
): Promise<Omit<GrantBasis, "origin">> {
  const bound = issuer ?? clients.list(serverId).find(({ source }) => source === "configured")?.issuer;
  const { provider, resource, resourceScopes } = await discoverTokenServer(fetch, {
    serverUrl,
    announced: challenge.resourceMetadata,
    preferred: bound === undefined ? [] : [bound],
    configured: { issuer: bound },
    exceptions: options.exceptions ?? {},
    note: (probe) => timeline.record(serverId, probe),
  });
  if (bound !== undefined && !sameIssuer(provider.issuer, bound)) throw new McpError("issuer-mismatch", { serverId });
  tellExceptions(timeline, serverId, provider);
  await clients.save(
    serverId,
    { issuer: provider.issuer, source: "configured", redirectUri: "", secretExpiresAt: null },
    { clientId, clientSecret: null, method: "none", source: "configured" },
  );
  const scopes = selectScopes({
    reason: "sign-in",
    configured: options.scopes,
    challenged: challenge.scopes,
    resource: resourceScopes,
    granted: null,
    // Only a person's grant is worth keeping alive for long.
    provider: null,
  });
  return { provider, issuer: provider.issuer, resource, scopes };
}
