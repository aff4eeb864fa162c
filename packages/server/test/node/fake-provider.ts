// An authorization server and a protected MCP address as one function, every answer of it replaceable.
import { createHash } from "node:crypto";
import { McpError } from "../../src/mcp/errors.ts";
import type { FetchPurpose, GuardedFetch } from "../../src/mcp/guarded-fetch.ts";

export interface SeenRequest {
  readonly url: string;
  readonly path: string;
  readonly purpose: FetchPurpose;
  readonly method: string;
  readonly headers: Headers;
  readonly form: URLSearchParams;
  readonly body: string;
}

export type Answer = (request: SeenRequest) => Response | Promise<Response>;

export interface FakeProvider {
  readonly fetch: GuardedFetch;
  readonly seen: SeenRequest[];
  readonly metadata: Record<string, unknown>;
  readonly resourceMetadata: Record<string, unknown>;
  /** Answers by URL; they win over the built-in ones. */
  readonly overrides: Map<string, Answer>;
  /** Merged into the next token answers. */
  readonly tokenExtras: Record<string, unknown>;
  count(path: string): number;
  /** What the provider would send the browser back to after a yes. */
  consent(authorizationUrl: string, extra?: Record<string, string>): string;
}

export const MCP_URL = "https://mcp.example/mcp";
export const ISSUER = "https://as.example";

export const json = (value: unknown, status = 200) =>
  new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json" } });

export function createFakeProvider(): FakeProvider {
  const seen: SeenRequest[] = [];
  const overrides = new Map<string, Answer>();
  const codes = new Map<string, { challenge: string; clientId: string; redirectUri: string; resource: string }>();
  const refreshTokens = new Set<string>();
  const tokenExtras: Record<string, unknown> = {};
  let serial = 0;

  const metadata: Record<string, unknown> = {
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/authorize`,
    token_endpoint: `${ISSUER}/token`,
    registration_endpoint: `${ISSUER}/register`,
    revocation_endpoint: `${ISSUER}/revoke`,
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    authorization_response_iss_parameter_supported: true,
  };
  const resourceMetadata: Record<string, unknown> = {
    resource: MCP_URL,
    authorization_servers: [ISSUER],
    scopes_supported: ["read", "write"],
  };

  function issue(): Response {
    serial += 1;
    const refresh = `CANARY-refresh-${serial}`;
    refreshTokens.add(refresh);
    const body = {
      access_token: `CANARY-access-${serial}`,
      token_type: "Bearer",
      expires_in: 3600,
      refresh_token: refresh,
      ...tokenExtras,
    };
    return json(body);
  }

  function token({ form }: SeenRequest): Response {
    if (form.get("grant_type") === "refresh_token") {
      if (!refreshTokens.delete(form.get("refresh_token") ?? "")) return json({ error: "invalid_grant" }, 400);
      return issue();
    }
    const code = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const good =
      code?.challenge === challenge &&
      code.redirectUri === form.get("redirect_uri") &&
      code.resource === form.get("resource");
    return good ? issue() : json({ error: "invalid_grant" }, 400);
  }

  function answer(request: SeenRequest): Response | Promise<Response> {
    const override = overrides.get(request.url);
    if (override) return override(request);
    switch (request.url) {
      case "https://mcp.example/.well-known/oauth-protected-resource/mcp":
        return json(resourceMetadata);
      case `${ISSUER}/.well-known/oauth-authorization-server`:
        return json(metadata);
      case `${ISSUER}/register`:
        return json(
          {
            ...(JSON.parse(request.body) as object),
            client_id: `client-${(serial += 1)}`,
            client_secret: "CANARY-client-secret",
            client_secret_expires_at: 0,
          },
          201,
        );
      case `${ISSUER}/token`:
        return token(request);
      case `${ISSUER}/revoke`:
        return new Response(null, { status: 200 });
      default:
        return new Response("no", { status: 404 });
    }
  }

  return {
    seen,
    metadata,
    resourceMetadata,
    overrides,
    tokenExtras,
    count: (path) => seen.filter((request) => request.path === path).length,
    consent(authorizationUrl, extra = {}) {
      const { searchParams } = new URL(authorizationUrl);
      const get = (name: string) => searchParams.get(name) ?? "";
      const code = `CANARY-code-${(serial += 1)}`;
      codes.set(code, {
        challenge: get("code_challenge"),
        clientId: get("client_id"),
        redirectUri: get("redirect_uri"),
        resource: get("resource"),
      });
      const back = new URL(get("redirect_uri"));
      for (const [name, value] of Object.entries({ code, state: get("state"), iss: ISSUER, ...extra }))
        back.searchParams.set(name, value);
      return back.href;
    },
    async fetch(url, { purpose, method = "GET", headers, body, signal }) {
      const text = body ?? "";
      const request: SeenRequest = {
        url,
        path: new URL(url).pathname,
        purpose,
        method,
        headers: new Headers(headers as Record<string, string>),
        body: text,
        form: new URLSearchParams(text),
      };
      seen.push(request);
      if (signal?.aborted) throw new McpError("aborted");
      return answer(request);
    },
  };
}
