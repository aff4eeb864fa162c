// The steps of a sign-in and of its end that take time: prepare, redeem, give back.
import type { CatalogueStore } from "../catalog/catalogue.ts";
import { type HttpChallenge, McpError } from "../errors.ts";
import type { AuthTarget, OAuth, OpenFlow, RedeemedTokens } from "../oauth/oauth.ts";
import type { McpPorts } from "../ports.ts";
import { hasOwnAuthorization, type ServerSecretsStore, withClientSecret } from "../server-secrets.ts";
import type { InterestsTable } from "../storage/interests-table.ts";
import type { ServersTable } from "../storage/servers-table.ts";

export interface SignInDeps {
  readonly ports: McpPorts;
  readonly oauth: OAuth;
  readonly secrets: ServerSecretsStore;
  readonly servers: ServersTable;
  readonly catalogue: CatalogueStore;
  readonly interests: InterestsTable;
}

/** Find the authorization server and store a sign-in. A developer's own header that was refused cannot be signed in for. */
export async function prepareSignIn(
  deps: SignInDeps,
  target: AuthTarget,
  challenge: HttpChallenge,
  signal: AbortSignal,
): Promise<OpenFlow> {
  const secret = await deps.secrets.read(target.serverId);
  if (hasOwnAuthorization(secret)) {
    const detail = "The Authorization header given for it was refused.";
    throw new McpError("token-rejected", { detail, status: challenge.status });
  }
  return deps.oauth.begin(withClientSecret(target, secret), challenge, signal);
}

/** Send the stored code. What comes back is written by `commit`, in the caller's transaction. */
export async function redeemCode(deps: SignInDeps, target: AuthTarget, flowId: string): Promise<RedeemedTokens> {
  const { attemptId } = deps.oauth.exchangeStage(flowId);
  if (attemptId === null) throw new McpError("flow-unknown");
  return deps.oauth.redeem(attemptId, withClientSecret(target, await deps.secrets.read(target.serverId)));
}

/** Give the grant back and delete every row of the server. Never rejects for what a provider does. */
export async function forgetServer(
  { ports, oauth, secrets, servers, catalogue, interests }: SignInDeps,
  target: AuthTarget,
): Promise<void> {
  const { serverId } = target;
  // A client secret that cannot be opened must not keep the rest from being deleted.
  const secret = await secrets.read(serverId).catch(() => secrets.none);
  const { refreshToken, accessToken } = await oauth.signOut(withClientSecret(target, secret));
  ports.sql.transaction(() => {
    secrets.delete(serverId);
    catalogue.delete(serverId);
    interests.delete(serverId);
    servers.delete(serverId);
  });
  ports.log.info("mcp-removed", { serverId, refreshToken, accessToken });
}
