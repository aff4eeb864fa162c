// Gives a grant back at the provider (RFC 7009): refresh token first, then access token, each within five seconds.
import type { SignOutReport } from "@agents-internal/protocol";
import { revocationRequest } from "oauth4webapi";
import { withDeadline } from "../deadline.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { McpPorts } from "../ports.ts";
import type { Timeline } from "../timeline/recorder.ts";
import type { TokenServer } from "./authorization-server.ts";
import { clientAuthentication, type ClientCredentials } from "./client-credentials.ts";
import { type SecretSources, withCurrentSecret } from "./current-secret.ts";
import { locateProvider } from "./locate-provider.ts";
import type { AuthTarget } from "./oauth.ts";
import { libraryClient, libraryServer, requestOptions, send } from "./provider-request.ts";
import type { Grant, GrantSecrets } from "./token-store.ts";

const LIMIT_MS = 5000;

type Outcome = SignOutReport["accessToken"];

export interface RevocationDeps extends SecretSources {
  readonly fetch: GuardedFetch;
  readonly ports: McpPorts;
  readonly timeline: Pick<Timeline, "record">;
}

/** `secrets` is `null` when they could not be opened. Never rejects. */
export async function revokeGrant(
  deps: RevocationDeps,
  target: AuthTarget,
  grant: Grant | null,
  secrets: GrantSecrets | null,
): Promise<SignOutReport> {
  if (grant === null) return { refreshToken: "none", accessToken: "none" };
  const { renewable } = grant;
  const provider = await findProvider(deps, target, grant);
  if (provider === null || provider.revocationEndpoint === null || secrets === null) {
    const outcome = provider?.revocationEndpoint === null ? "not-offered" : "failed";
    return { refreshToken: renewable ? outcome : "none", accessToken: outcome };
  }
  const client = currentClient(deps, target, provider.issuer, secrets.client);
  const revoke = (token: string, hint: string) => revokeToken(deps, provider, client, token, hint);
  const refreshToken = secrets.refreshToken === null ? "none" : await revoke(secrets.refreshToken, "refresh_token");
  const accessToken = await revoke(secrets.accessToken, "access_token");
  await Promise.all(secrets.earlier.map((token) => revoke(token, "refresh_token")));
  return { refreshToken, accessToken };
}

/** A table that was broken since keeps nobody signed in: the provider says no, and that is reported. */
function currentClient(...known: Parameters<typeof withCurrentSecret>): ClientCredentials {
  try {
    return withCurrentSecret(...known);
  } catch {
    return known[3];
  }
}

/** `null` when it cannot be found in time. */
function findProvider(
  { fetch, timeline }: RevocationDeps,
  target: AuthTarget,
  grant: Grant,
): Promise<TokenServer | null> {
  return withDeadline(LIMIT_MS, async (signal) => {
    const bounded: GuardedFetch = (url, request) => fetch(url, { ...request, signal });
    const located = await locateProvider({ fetch: bounded, timeline }, target, grant).catch(() => null);
    return located?.provider ?? null;
  });
}

async function revokeToken(
  { fetch, ports }: RevocationDeps,
  provider: TokenServer,
  client: ClientCredentials,
  token: string,
  hint: string,
): Promise<Outcome> {
  return withDeadline(LIMIT_MS, (limit) => {
    const options = { ...requestOptions(fetch, "revocation", limit), additionalParameters: { token_type_hint: hint } };
    const expired = new Promise<"failed">((resolve) =>
      limit.addEventListener("abort", () => resolve("failed"), { once: true }),
    );
    const asked = send(() =>
      revocationRequest(
        libraryServer(provider),
        libraryClient(client),
        clientAuthentication(client, ports),
        token,
        options,
      ),
    ).then(
      async (response): Promise<Outcome> => {
        await response.body?.cancel();
        return response.status === 200 || response.status === 204 ? "revoked" : "failed";
      },
      (): Outcome => "failed",
    );
    return Promise.race([asked, expired]);
  });
}
