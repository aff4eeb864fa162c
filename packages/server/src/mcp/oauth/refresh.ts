// Keeps the access token of each signed-in server good: renews it with the refresh token, ahead and after a refusal.
import { type HttpChallenge, McpError } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { McpPorts } from "../ports.ts";
import type { Timeline } from "../timeline/recorder.ts";
import type { TokenSource } from "../token-source.ts";
import { readChallenge } from "./challenge.ts";
import { isRegisteredByHand } from "./client-credentials.ts";
import type { ClientStore } from "./client-store.ts";
import { type SecretSources, withCurrentSecret } from "./current-secret.ts";
import { proofFor, type Provers } from "./dpop.ts";
import { isUnknownClient, refusalCode } from "./error-answer.ts";
import { resourceToSend } from "./exceptions.ts";
import { buildGrant, describeGrant } from "./grant.ts";
import type { AuthTarget } from "./oauth.ts";
import { isMovedAway, locateProvider } from "./locate-provider.ts";
import { hasEnded, type Renewals, type Renewing } from "./renewal.ts";
import { refreshTokens } from "./token-endpoint.ts";
import type { Grant, GrantSecrets, GrantStatus, TokenStore } from "./token-store.ts";

export interface RefreshDeps extends SecretSources {
  readonly ports: McpPorts;
  readonly fetch: GuardedFetch;
  readonly timeline: Pick<Timeline, "record">;
  readonly tokens: TokenStore;
  readonly clients: ClientStore;
  readonly provers: Provers;
  readonly renewals: Renewals;
}

export interface Refresher {
  source(target: AuthTarget): TokenSource;
}

type EndedAs = Exclude<GrantStatus, "active">;

export function createRefresher(deps: RefreshDeps): Refresher {
  const { ports, tokens, clients, renewals, timeline } = deps;

  const renewing = (target: AuthTarget, seen: Grant, secrets: GrantSecrets, endsAs: EndedAs): Renewing => ({
    target,
    seen: seen.version,
    refusalIsFinal: false,
    ask: () => refresh(target, seen, secrets, endsAs),
    taken: () => present(target.serverId),
  });

  /** The new access token; `null` when only a person can help. Rejects when trying later may help: the old tokens are kept. */
  async function refresh(
    target: AuthTarget,
    seen: Grant,
    secrets: GrantSecrets,
    endsAs: EndedAs,
  ): Promise<string | null> {
    const { serverId } = target;
    const { version, issuer } = seen;
    const { refreshToken } = secrets;
    const located = await locateProvider(deps, target, seen).catch((error: unknown) => {
      if (isMovedAway(error)) return null;
      throw error;
    });
    const latest = tokens.grant(serverId);
    // A grant that was given up meanwhile is not revived.
    if (latest?.version !== version || latest.status !== "active") return present(serverId);
    if (refreshToken === null) return endGrant(serverId, version, endsAs);
    if (located === null) return endGrant(serverId, version, endsAs);
    const { provider } = located;
    const resource = resourceToSend(target.options, located.resource);
    const client = withCurrentSecret(deps, target, issuer, secrets.client);
    // Without a pause: what became of the first request is decided, and who forgives a repetition does so for seconds only.
    if (seen.refreshingSince !== null) ports.log.warn("oauth-refresh-repeated", { serverId });
    tokens.setRefreshing(serverId, version, ports.clock.now());

    const prover = await deps.provers.of(target);
    const endpoint = { fetch: deps.fetch, ports, provider, client, resource, prover };
    const answer = await refreshTokens(endpoint, refreshToken).catch((error: unknown) => {
      const failure = McpError.from(error, "host-unreachable");
      // An answer came, so none was lost; without one the marker stays and says so to the next try.
      if (failure.status !== undefined) tokens.setRefreshing(serverId, version, null);
      const { code, status, detail } = failure;
      timeline.record(serverId, { step: "refresh-failed", at: provider.tokenEndpoint, code, status, detail });
      ports.log.warn("oauth-refresh-failed", { serverId, code });
      throw failure;
    });
    if (answer.kind === "refused") {
      const { status, error } = answer;
      // A firewall's page, or a secret the developer has to mend, says nothing about the grant.
      const inconclusive =
        error === null ||
        refusalCode(error) !== "token-refused" ||
        (isRegisteredByHand(client) && error === "invalid_client");
      if (inconclusive) {
        tokens.setRefreshing(serverId, version, null);
        const detail = `(${error ?? status})`;
        const code = refusalCode(error);
        const refused = { step: "refresh-failed", at: provider.tokenEndpoint, code } as const;
        timeline.record(serverId, { ...refused, status, detail });
        throw new McpError(code, { serverId, status, detail });
      }
      if (!isRegisteredByHand(client) && isUnknownClient(answer.error)) clients.markUnusable(serverId, issuer);
      const detail = `(${error})`;
      timeline.record(serverId, { step: "refresh-refused", at: provider.tokenEndpoint, status, detail });
      ports.log.warn("oauth-refresh-refused", { serverId, error: answer.error });
      return endGrant(serverId, version, endsAs);
    }

    const next = {
      ...secrets,
      accessToken: answer.tokens.accessToken,
      refreshToken: answer.tokens.refreshToken ?? refreshToken,
      client,
    };
    const grant = buildGrant(ports, { ...seen, ...located, origin: "refresh" }, answer.tokens, true);
    const sealed = await tokens.seal(serverId, issuer, next);
    // Written before it is used; whoever signed in or out meanwhile has the last word.
    if (!tokens.save(serverId, grant, sealed, version)) return present(serverId);
    timeline.record(serverId, { step: "token-refreshed", at: provider.tokenEndpoint, detail: describeGrant(grant) });
    return next.accessToken;
  }

  /** Compare before giving up: a loser never takes the winner's tokens away. */
  function endGrant(serverId: string, version: string, status: EndedAs): Promise<string | null> {
    tokens.giveUp(serverId, version, status);
    return present(serverId);
  }

  async function present(serverId: string): Promise<string | null> {
    const grant = tokens.grant(serverId);
    return grant?.status === "active" ? (await tokens.secrets(serverId, grant)).accessToken : null;
  }

  /** A grant that came from elsewhere, or is bound otherwise than is asked for now, is not used on in silence. */
  async function fits(target: AuthTarget, { machine, proofKey }: GrantSecrets): Promise<boolean> {
    const prover = await deps.provers.of(target);
    return machine === null && proofKey === (prover?.thumbprint ?? null);
  }

  async function current(target: AuthTarget): Promise<string | null> {
    const { serverId } = target;
    const grant = tokens.grant(serverId);
    if (grant?.status !== "active") return null;
    const secrets = await tokens.secrets(serverId, grant);
    if (!(await fits(target, secrets))) return endGrant(serverId, grant.version, "revoked");
    return renewals.current(grant, secrets.accessToken, renewing(target, grant, secrets, "expired"));
  }

  async function afterRefusal(
    target: AuthTarget,
    refused: string | null,
    challenge: HttpChallenge,
  ): Promise<string | null> {
    const { serverId } = target;
    const coming = await renewals.coming(serverId, refused);
    if (coming !== undefined) return coming;
    const grant = tokens.grant(serverId);
    if (grant?.status !== "active") return null;
    const secrets = await tokens.secrets(serverId, grant);
    if (secrets.accessToken !== refused || !(await fits(target, secrets))) return current(target);
    if (readChallenge(challenge.header).error === "insufficient_scope") return null;
    if (grant.origin === "refresh" && renewals.isFresh(grant)) return endGrant(serverId, grant.version, "revoked");
    const endsAs = hasEnded(grant, ports.clock.now()) ? "expired" : "revoked";
    return renewals.join(renewing(target, grant, secrets, endsAs));
  }

  return {
    source: (target) => ({
      current: () => current(target),
      afterRefusal: (refused, challenge) => afterRefusal(target, refused, challenge),
      proof: proofFor(deps.provers, target),
    }),
  };
}
