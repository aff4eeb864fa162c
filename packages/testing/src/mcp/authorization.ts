// Asks for a token in front of a mock MCP server (RFC 6750, RFC 9728).
import type { JsonObject } from "@agents-internal/protocol";
import type { McpServerSwitch } from "./faults.ts";

const INTERNAL = "http://169.254.169.254/latest/meta-data";
const PLANTED = "resource_metadata=https://somebody-else.example/x, scope=admin";
const FLOOD = Array.from({ length: 1500 }, (_each, index) => `admin:${index}`);
const WELL_KNOWN = "/.well-known/oauth-protected-resource";

export interface MockAuthorization {
  /** Issuers named in the protected resource metadata. */
  readonly issuers: readonly string[];
  /** Fits `MockAuthorizationServer.check`. */
  readonly check: (token: string, resource: string) => { readonly scopes: readonly string[] } | undefined;
  /** Named in the challenge and the metadata. */
  readonly scopes?: readonly string[];
}

export interface Gatekeeper {
  /** The metadata document, when that is what was asked for. */
  metadata(request: Request): Response | undefined;
  examine(
    request: Request,
  ):
    | { readonly kind: "allowed"; readonly scopes: readonly string[] | "anonymous" }
    | { readonly kind: "refused"; readonly response: Response };
  insufficientScope(needed: readonly string[]): Response;
  signInRequired(needed: readonly string[]): Response;
}

export function createGatekeeper(
  url: string,
  authorization: MockAuthorization | undefined,
  faults: ReadonlySet<McpServerSwitch>,
): Gatekeeper {
  const { origin, pathname } = new URL(url);
  const metadataPath = `${WELL_KNOWN}${pathname === "/" ? "" : pathname}`;
  const scopes = authorization?.scopes ?? [];
  const isShielded = (): boolean => faults.has("metadata-401") || faults.has("metadata-403");
  const resource = (): string => (faults.has("prefix-resource") ? origin : url);

  const refuse = (status: 401 | 403, parameters: Readonly<Record<string, string>>): Response => {
    const planted = faults.has("challenge-planted") ? { error_description: PLANTED } : {};
    const place = faults.has("metadata-internal") ? INTERNAL : `${origin}${metadataPath}`;
    const where = faults.has("bare-challenge") ? {} : { resource_metadata: place };
    const all = Object.entries({ ...planted, ...where, ...parameters }).map(([name, value]) => `${name}="${value}"`);
    return new Response(null, { status, headers: { "www-authenticate": `Bearer ${all.join(", ")}`.trim() } });
  };
  const scope = (): Readonly<Record<string, string>> => {
    const asked = faults.has("scope-flood") ? FLOOD : scopes;
    return asked.length > 0 ? { scope: asked.join(" ") } : {};
  };
  return {
    metadata(request) {
      const asked = new URL(request.url).pathname;
      if (authorization === undefined || faults.has("no-metadata")) return undefined;
      if (isShielded() && asked === metadataPath)
        return new Response("Not here", { status: faults.has("metadata-401") ? 401 : 403 });
      if (asked !== (isShielded() ? WELL_KNOWN : metadataPath)) return undefined;
      const document: JsonObject = {
        resource: faults.has("foreign-resource") ? "https://somebody-else.example/mcp" : resource(),
        authorization_servers: authorization.issuers,
        ...(scopes.length > 0 ? { scopes_supported: scopes } : {}),
      };
      return Response.json(document);
    },
    examine(request) {
      if (authorization === undefined) return { kind: "allowed", scopes: [] };
      const token = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
      if (token === undefined && faults.has("mixed")) return { kind: "allowed", scopes: "anonymous" };
      if (token === undefined) return { kind: "refused", response: refuse(401, scope()) };
      const grant = faults.has("tokens-rejected") ? undefined : authorization.check(token, resource());
      return grant === undefined
        ? { kind: "refused", response: refuse(401, { error: "invalid_token", ...scope() }) }
        : { kind: "allowed", scopes: grant.scopes };
    },
    signInRequired: (needed) => refuse(401, { scope: needed.join(" ") }),
    insufficientScope: (needed) => refuse(403, { error: "insufficient_scope", scope: needed.join(" ") }),
  };
}
