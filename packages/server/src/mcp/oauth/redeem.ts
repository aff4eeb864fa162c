// Sends an accepted code, exactly once, and prepares what a finished sign-in writes.
import { McpError } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { McpPorts } from "../ports.ts";
import type { Timeline } from "../timeline/recorder.ts";
import type { Vault } from "../vault.ts";
import { openAttemptSecrets } from "./attempt.ts";
import { isRegisteredByHand } from "./client-credentials.ts";
import type { ClientStore } from "./client-store.ts";
import { type SecretSources, withCurrentSecret } from "./current-secret.ts";
import { isUnknownClient, refusalCode } from "./error-answer.ts";
import { resourceToSend } from "./exceptions.ts";
import type { FlowStore } from "./flow-store.ts";
import { buildGrant, describeGrant } from "./grant.ts";
import type { AuthTarget, RedeemedTokens } from "./oauth.ts";
import type { Provers } from "./dpop.ts";
import { scheduleRenewal } from "./renewal.ts";
import { revokeGrant } from "./revocation.ts";
import { redeemCode } from "./token-endpoint.ts";
import type { TokenStore } from "./token-store.ts";

export interface RedeemDeps extends SecretSources {
  readonly ports: McpPorts;
  readonly fetch: GuardedFetch;
  readonly vault: Vault;
  readonly timeline: Pick<Timeline, "record">;
  readonly flows: FlowStore;
  readonly tokens: TokenStore;
  readonly clients: ClientStore;
  readonly provers: Provers;
}

/** Replaced sign-ins of which the refresh token is kept, to be given back. */
const MAX_EARLIER = 5;

/**
 * See `OAuth.redeem`. That the code is on its way is committed before it leaves: an isolate that dies in between cannot send it
 * twice (RFC 6749 section 4.1.2), the price is one clean new sign-in.
 */
export async function redeemAttempt(deps: RedeemDeps, attemptId: string, target: AuthTarget): Promise<RedeemedTokens> {
  const { ports, vault, flows, tokens, clients } = deps;
  const attempt = flows.attempt(attemptId);
  const flow = attempt && flows.flow(attempt.flowId);
  const { serverId } = target;
  if (attempt === null || flow === null || attempt.serverId !== serverId)
    throw new McpError("flow-unknown", { serverId });
  const { provider } = flow;
  if (provider.issuer !== attempt.issuer) throw new McpError("issuer-mismatch", { serverId });

  const [secrets, code, prover] = await Promise.all([
    openAttemptSecrets(vault, serverId, attemptId),
    vault.open({ serverId, kind: "code", scope: attemptId }),
    deps.provers.of(target),
  ]);
  if (secrets === null || code === null || !flows.markSent(attemptId)) {
    throw new McpError("token-refused", { serverId, detail: "(the code was already sent)" });
  }
  const { redirectUri } = attempt;
  const resource = resourceToSend(target.options, attempt.resource);
  const client = withCurrentSecret(deps, target, provider.issuer, secrets.client);
  const answer = await redeemCode(
    { fetch: deps.fetch, ports, provider, client, resource, prover },
    { code, verifier: secrets.verifier, redirectUri },
  );
  if (answer.kind === "refused") {
    if (!isRegisteredByHand(client) && isUnknownClient(answer.error)) clients.markUnusable(serverId, provider.issuer);
    throw new McpError(refusalCode(answer.error), {
      serverId,
      status: answer.status,
      detail: `(${answer.error ?? answer.status})`,
    });
  }

  const { accessToken, refreshToken } = answer.tokens;
  const basis = {
    origin: "sign-in",
    issuer: provider.issuer,
    resource: attempt.resource,
    provider,
    scopes: attempt.scopes,
  } as const;
  const grant = buildGrant(ports, basis, answer.tokens, refreshToken !== null);
  const earlier = (await replacedTokens(tokens, serverId, provider.issuer)).filter((token) => token !== refreshToken);
  const obtained = { accessToken, refreshToken, client, proofKey: prover?.thumbprint ?? null, machine: null, earlier };
  const discard = async (): Promise<void> => {
    // The provider may know both as one grant, and the other one is in use.
    if (tokens.grant(serverId)?.status === "active") return;
    const report = await revokeGrant(deps, target, grant, obtained);
    ports.log.info("oauth-grant-discarded", { serverId, ...report });
  };
  const sealed = await tokens.seal(serverId, provider.issuer, obtained).catch(async (error: unknown) => {
    ports.background(discard());
    throw error;
  });
  return {
    discard,
    scopes: grant.scopes,
    expiresAt: grant.expiresAt,
    commit() {
      ports.sql.transaction(() => {
        // Cancelled or removed meanwhile: a grant nobody waits for is not stored.
        if (flows.attempt(attemptId) === null) throw new McpError("flow-unknown", { serverId });
        prover?.keep();
        tokens.save(serverId, grant, sealed, null);
        flows.dropFlow(attempt.flowId);
        deps.timeline.record(serverId, {
          step: "token-obtained",
          at: provider.tokenEndpoint,
          detail: describeGrant(grant),
        });
        scheduleRenewal(ports, target, grant);
      });
      ports.log.info("oauth-signed-in", { serverId, issuer: provider.issuer, renewable: grant.renewable });
    },
  };
}

async function replacedTokens(tokens: TokenStore, serverId: string, issuer: string): Promise<readonly string[]> {
  const replaced = tokens.grant(serverId);
  if (replaced?.issuer !== issuer) return [];
  const { refreshToken, earlier } = await tokens
    .secrets(serverId, replaced)
    .catch(() => ({ refreshToken: null, earlier: [] }));
  return [...earlier, ...(refreshToken === null ? [] : [refreshToken])].slice(-MAX_EARLIER);
}
