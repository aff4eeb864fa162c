// The authorization server: who may hold which token for which MCP server.
import type { RequestListener } from "node:http";
import Provider, { errors, interactionPolicy, type Configuration } from "oidc-provider";
import type { StateFile } from "../state-file.ts";
import { consentListener } from "./consent-listener.ts";
import { noticePage } from "./pages.ts";
import type { ProtectedResources } from "./protected-resources.ts";
import { loadServerKeys } from "./server-keys.ts";
import { createAuthorizationState } from "./state-adapter.ts";

/** Lifetimes in seconds. */
export interface TokenLifetimes {
  readonly accessToken: number;
  readonly refreshToken: number;
  /** How long a consent page stays usable. */
  readonly interaction: number;
}

export interface AuthorizationServerOptions {
  readonly issuer: string;
  readonly resources: ProtectedResources;
  readonly ttl: TokenLifetimes;
  readonly state: StateFile;
  readonly now: () => number;
  /** Whether the consent page cuts its opener off (`Cross-Origin-Opener-Policy: same-origin`). */
  readonly coop: () => boolean;
  readonly onError: (error: Error) => void;
}

/** What a valid access token says. */
export interface AccessGrant {
  readonly token: string;
  readonly clientId: string;
  readonly accountId: string;
  readonly scopes: readonly string[];
  /** s since the epoch */
  readonly expiresAt: number;
}

export interface AuthorizationServer {
  readonly listener: RequestListener;
  /** The grant behind a token, when it is live and was issued for `resource`. */
  check(token: string, resource: string): Promise<AccessGrant | undefined>;
  revokeTokens(): number;
}

export function createAuthorizationServer(options: AuthorizationServerOptions): AuthorizationServer {
  const state = createAuthorizationState(options.state, options.now);
  const provider = new Provider(options.issuer, configuration(options, state.Adapter));
  provider.on("server_error", (_ctx, error) => options.onError(error));
  const consent = consentListener({ provider, resources: options.resources, coop: options.coop });
  const protocol = provider.callback();
  return {
    listener: (request, response) => {
      if (request.url?.startsWith("/interaction/")) return consent(request, response);
      request.url = withBaseScope(request.url ?? "/", options.resources);
      return void protocol(request, response);
    },
    async check(token, resource) {
      const found = await provider.AccessToken.find(token);
      if (!found || found.isExpired || ![found.aud].flat().includes(resource) || !found.clientId) return undefined;
      return {
        token,
        clientId: found.clientId,
        accountId: found.accountId,
        scopes: [...found.scopes],
        expiresAt: found.exp ?? 0,
      };
    },
    revokeTokens: state.revokeTokens,
  };
}

/** A client may leave the scope out (RFC 6749, 3.3); it then asks for the resource's base permission. */
function withBaseScope(target: string, resources: ProtectedResources): string {
  const url = new URL(target, "http://localhost");
  const resource = resources.find(url.searchParams.get("resource") ?? "");
  if (url.pathname !== "/auth" || url.searchParams.get("scope") || resource === undefined) return target;
  url.searchParams.set("scope", resource.baseScopes.join(" "));
  return `${url.pathname}${url.search}`;
}

function configuration(options: AuthorizationServerOptions, adapter: Configuration["adapter"]): Configuration {
  const { resources, ttl } = options;
  const { cookieKeys, signingKey } = loadServerKeys(options.state);
  return {
    adapter,
    jwks: { keys: [signingKey] },
    enabledJWA: { idTokenSigningAlgValues: ["ES256"], userinfoSigningAlgValues: ["ES256"] },
    clientDefaults: { id_token_signed_response_alg: "ES256" },
    scopes: ["openid", "offline_access", ...resources.all.flatMap((resource) => Object.keys(resource.scopes))],
    // Cookies know no ports: names of our own keep us apart from other servers on localhost.
    cookies: {
      keys: cookieKeys,
      names: { session: "demo_login", interaction: "demo_consent", resume: "demo_resume" },
    },
    ttl: {
      AccessToken: ttl.accessToken,
      RefreshToken: ttl.refreshToken,
      Grant: ttl.refreshToken,
      Session: ttl.refreshToken,
      Interaction: ttl.interaction,
      AuthorizationCode: 60,
      IdToken: 3600,
    },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed("refresh_token"),
    expiresWithSession: async () => false,
    // Each sign-in is a grant of its own: revoking one leaves the others alone, and nobody is waved through.
    loadExistingGrant: async (ctx) => {
      const grantId = ctx.oidc.result?.consent?.grantId;
      return grantId === undefined ? undefined : ctx.oidc.provider.Grant.find(grantId);
    },
    interactions: { policy: alwaysAsk(), url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: async (_ctx, sub) => ({ accountId: sub, claims: async () => ({ sub }) }),
    clientBasedCORS: () => false,
    renderError: async (ctx, out) => {
      ctx.type = "html";
      ctx.body = noticePage("This sign-in cannot go on", [out.error_description ?? out.error]);
    },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      registrationManagement: { enabled: true },
      revocation: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => [],
        useGrantedResource: async () => true,
        getResourceServerInfo: async (_ctx, indicator) => {
          const resource = resources.find(indicator);
          if (resource === undefined) throw new errors.InvalidTarget();
          return {
            scope: Object.keys(resource.scopes).join(" "),
            audience: resource.url,
            accessTokenTTL: ttl.accessToken,
            accessTokenFormat: "opaque",
          };
        },
      },
    },
  };
}

function alwaysAsk() {
  const policy = interactionPolicy.base();
  policy
    .get("consent")
    ?.checks.add(
      new interactionPolicy.Check("fresh_consent", "consent is asked for each time", "interaction_required", (ctx) =>
        ctx.oidc.result?.consent ? interactionPolicy.Check.NO_NEED_TO_PROMPT : interactionPolicy.Check.REQUEST_PROMPT,
      ),
    );
  return policy;
}
