// Lets only requests through that carry a live token for this MCP server (RFC 6750, RFC 9728).
import type { AuthInfo } from "@modelcontextprotocol/sdk/server/auth/types.js";
import type { AuthorizationServer } from "../auth/authorization-server.ts";
import type { ProtectedResource } from "../auth/protected-resources.ts";

export interface BearerGuardOptions {
  readonly issuer: string;
  readonly resource: ProtectedResource;
  readonly check: AuthorizationServer["check"];
}

export type GuardVerdict =
  | { readonly kind: "allowed"; readonly authInfo: AuthInfo }
  | { readonly kind: "refused"; readonly response: Response };

export interface BearerGuard {
  /** Where the protected resource metadata is: the well-known segment put before the server's path. */
  readonly metadataPath: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  examine(request: Request): Promise<GuardVerdict>;
  /** The 403 that asks for more permission. */
  insufficientScope(authInfo: AuthInfo, needed: readonly string[]): Response;
}

export function createBearerGuard({ issuer, resource, check }: BearerGuardOptions): BearerGuard {
  const { origin, pathname } = new URL(resource.url);
  const metadataPath = `/.well-known/oauth-protected-resource${pathname}`;
  const metadataUrl = `${origin}${metadataPath}`;

  const refuse = (status: 401 | 403, parameters: Readonly<Record<string, string>>) => {
    const all = Object.entries({ ...parameters, resource_metadata: metadataUrl }).map(
      ([name, value]) => `${name}="${value}"`,
    );
    return Response.json(
      { error: parameters.error ?? "unauthorized" },
      { status, headers: { "www-authenticate": `Bearer ${all.join(", ")}` } },
    );
  };
  const scope = resource.baseScopes.join(" ");
  return {
    metadataPath,
    metadata: {
      resource: resource.url,
      authorization_servers: [issuer],
      scopes_supported: resource.baseScopes,
      bearer_methods_supported: ["header"],
      resource_name: resource.name,
    },
    async examine(request) {
      const token = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
      if (token === undefined) return { kind: "refused", response: refuse(401, { scope }) };
      const grant = await check(token, resource.url);
      if (grant === undefined) {
        const error = {
          error: "invalid_token",
          error_description: "The token is unknown, has ended, or is for another server.",
        };
        return { kind: "refused", response: refuse(401, { ...error, scope }) };
      }
      const { clientId, scopes, expiresAt } = grant;
      return {
        kind: "allowed",
        authInfo: { token, clientId, scopes: [...scopes], expiresAt, resource: new URL(resource.url) },
      };
    },
    insufficientScope: (authInfo, needed) =>
      refuse(403, { error: "insufficient_scope", scope: [...new Set([...authInfo.scopes, ...needed])].join(" ") }),
  };
}
