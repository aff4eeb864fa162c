// Keeps the access token of each server good: renews ahead and after a refusal, one request for all who wait.
import { type HttpChallenge, McpError } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { McpPorts } from "../ports.ts";
import type { Timeline } from "../timeline/recorder.ts";
import type { TokenSource } from "../token-source.ts";
import { readChallenge } from "./challenge.ts";
import { withCurrentSecret } from "./client-credentials.ts";
import type { ClientStore } from "./client-store.ts";
import { proofFor, type Provers } from "./dpop.ts";
import { buildGrant, describeGrant } from "./grant.ts";
import type { AuthTarget } from "./oauth.ts";
import { isUnknownClient } from "./redeem.ts";
import { refreshTokens } from "./token-endpoint.ts";
import type { Grant, GrantSecrets, GrantStatus, TokenStore } from "./token-store.ts";

export interface RefreshDeps {
  readonly ports: McpPorts;
  readonly fetch: GuardedFetch;
  readonly timeline: Pick<Timeline, "record">;
  readonly tokens: TokenStore;
  readonly clients: ClientStore;
  readonly provers: Provers;
}

export interface Refresher {
  source(target: AuthTarget): TokenSource;
  /** Resolves when no refresh of the server is under way. Never rejects. */
  settled(serverId: string): Promise<void>;
}

/** A token that was refused this soon after a refresh would be refused after the next one, too. */
const FRESH_MS = 30_000;
/** While the old token still works, a provider in trouble is asked again after this long, not with every call. */
const PAUSE_MS = 10_000;

type EndedAs = Exclude<GrantStatus, "active">;

export function createRefresher(deps: RefreshDeps): Refresher {
  const { ports, tokens, clients, timeline } = deps;
  const flights = new Map<string, Promise<string | null>>();
  const pausedUntil = new Map<string, number>();
  const hasEnded = ({ expiresAt }: Grant) => expiresAt !== null && expiresAt <= ports.clock.now();

  /** All who need a new token of one server share one request. */
  function join(target: AuthTarget, seen: Grant, secrets: GrantSecrets, endsAs: EndedAs): Promise<string | null> {
    const { serverId } = target;
    const running = flights.get(serverId);
    if (running !== undefined) return running;
    // Opening secrets takes time, in which another flight may have come and gone: its result is the present one.
    const latest = tokens.grant(serverId);
    if (latest?.version !== seen.version || latest.status !== "active") return present(serverId);
    const flight = refresh(target, seen, secrets, endsAs).finally(() => flights.delete(serverId));
    flights.set(serverId, flight);
    return flight;
  }

  /** The new access token; `null` when only a person can help. Rejects when trying later may help: the old tokens are kept. */
  async function refresh(
    target: AuthTarget,
    seen: Grant,
    secrets: GrantSecrets,
    endsAs: EndedAs,
  ): Promise<string | null> {
    const { serverId } = target;
    const { version, provider, resource, issuer } = seen;
    const { refreshToken } = secrets;
    if (refreshToken === null) return endGrant(serverId, version, endsAs);
    if (seen.refreshingSince !== null) ports.log.warn("oauth-refresh-repeated", { serverId });
    tokens.setRefreshing(serverId, version, ports.clock.now());

    const client = withCurrentSecret(secrets.client, target.options.client);
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
        answer.error === null || (client.source === "configured" && answer.error === "invalid_client");
      if (inconclusive) {
        tokens.setRefreshing(serverId, version, null);
        const detail = `(${error ?? status})`;
        const refused = { step: "refresh-failed", at: provider.tokenEndpoint, code: "token-refused" } as const;
        timeline.record(serverId, { ...refused, status, detail });
        throw new McpError("token-refused", { serverId, status, detail });
      }
      if (client.source === "registered" && isUnknownClient(answer.error)) clients.markUnusable(serverId, issuer);
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
    const grant = buildGrant(ports, { ...seen, origin: "refresh" }, answer.tokens, true);
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
    const now = ports.clock.now();
    const due = grant.refreshAt !== null && grant.refreshAt <= now && (pausedUntil.get(serverId) ?? 0) <= now;
    if (!due && !hasEnded(grant)) return secrets.accessToken;
    try {
      return await join(target, grant, secrets, "expired");
    } catch (error) {
      pausedUntil.set(serverId, now + PAUSE_MS);
      // Renewing ahead leaves time for another try.
      if (!hasEnded(grant)) return secrets.accessToken;
      throw error;
    }
  }

  async function afterRefusal(
    target: AuthTarget,
    refused: string | null,
    challenge: HttpChallenge,
  ): Promise<string | null> {
    const { serverId } = target;
    const running = flights.get(serverId);
    if (running !== undefined) {
      const renewed = await running;
      if (renewed !== refused) return renewed;
    }
    const grant = tokens.grant(serverId);
    if (grant?.status !== "active") return null;
    const secrets = await tokens.secrets(serverId, grant);
    if (secrets.accessToken !== refused || !(await fits(target, secrets))) return current(target);
    if (readChallenge(challenge.header).error === "insufficient_scope") return null;
    const ended = hasEnded(grant);
    const fresh = grant.origin === "refresh" && ports.clock.now() - grant.obtainedAt < FRESH_MS;
    if (fresh && !ended) return endGrant(serverId, grant.version, "revoked");
    return join(target, grant, secrets, ended ? "expired" : "revoked");
  }

  return {
    source: (target) => ({
      current: () => current(target),
      afterRefusal: (refused, challenge) => afterRefusal(target, refused, challenge),
      proof: proofFor(deps.provers, target),
    }),
    async settled(serverId) {
      await flights.get(serverId)?.catch(() => undefined);
    },
  };
}
