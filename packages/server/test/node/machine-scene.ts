// A protected MCP server, its authorization server and a company's identity provider, none of which knows a person.
import { createMockMcpServer } from "@agents-internal/testing";
import type { AddMcpServerOptions } from "../../src/mcp/options.ts";
import { checkJwt, sha256, thumbprintOf } from "./jwt-check.ts";
import { createMcpHost } from "./mcp-host.ts";
import { ISSUER, MCP, MCP_URL } from "./mcp-scenes.ts";

export const IDP = "https://idp.example";

export interface TokenRequest {
  readonly form: URLSearchParams;
  readonly headers: Headers;
}

interface Issued {
  readonly expiresAt: number;
  /** Thumbprint of the key it is bound to. */
  readonly key: string | null;
}

const metadataOf = (issuer: string) => ({
  issuer,
  token_endpoint: `${issuer}/token`,
  token_endpoint_auth_methods_supported: ["client_secret_basic", "private_key_jwt", "none"],
});

export function createMachineScene() {
  const asked: TokenRequest[] = [];
  const exchanges: URLSearchParams[] = [];
  const tokens = new Map<string, Issued>();
  const jtis = new Set<string>();
  const settings = {
    /** s */
    life: 3600,
    /** OAuth error that every token request is answered with. */
    refuse: null as string | null,
    /** Whether tokens are bound, and proofs checked. */
    dpop: false,
    /** Answers with a Bearer token whatever was asked. */
    downgrade: false,
    authorizationNonce: null as string | null,
    resourceNonce: null as string | null,
    /** Issuer that the MCP server names. */
    issuer: ISSUER,
  };
  const server = createMockMcpServer({ url: MCP_URL });

  /** The proof of a request, checked as RFC 9449 section 4.3 asks; throws why it is none. */
  function checkProof(request: Request, nonce: string | null, token: string | null) {
    const { header, payload } = checkJwt(request.headers.get("dpop") ?? "");
    const { origin, pathname } = new URL(request.url);
    const jwk = header["jwk"] as Record<string, unknown>;
    if (header["typ"] !== "dpop+jwt" || "d" in jwk) throw new Error("header");
    if (payload["htm"] !== request.method || payload["htu"] !== `${origin}${pathname}`) throw new Error("htm, htu");
    if (payload["iat"] !== Math.floor(host.ports.clock.now() / 1000)) throw new Error("iat");
    if ((payload["ath"] ?? null) !== (token === null ? null : sha256(token))) throw new Error("ath");
    const jti = String(payload["jti"]);
    if (jtis.has(jti)) throw new Error("jti");
    jtis.add(jti);
    return { key: thumbprintOf(jwk), hasNonce: nonce === null || payload["nonce"] === nonce };
  }

  const wantsNonce = (nonce: string, status: 400 | 401) =>
    Response.json(
      { error: "use_dpop_nonce" },
      { status, headers: { "dpop-nonce": nonce, "www-authenticate": `DPoP error="use_dpop_nonce"` } },
    );

  async function issue(request: Request): Promise<Response> {
    asked.push({ form: new URLSearchParams(await request.clone().text()), headers: request.headers });
    if (settings.refuse !== null) return Response.json({ error: settings.refuse }, { status: 400 });
    const { authorizationNonce } = settings;
    const proof = settings.dpop ? checkProof(request, authorizationNonce, null) : null;
    if (authorizationNonce !== null && proof?.hasNonce === false) return wantsNonce(authorizationNonce, 400);
    const token = `CANARY-token-${tokens.size + 1}`;
    const key = settings.downgrade ? null : (proof?.key ?? null);
    tokens.set(token, { expiresAt: host.ports.clock.now() + settings.life * 1000, key });
    return Response.json({
      access_token: token,
      token_type: key === null ? "Bearer" : "DPoP",
      expires_in: settings.life,
    });
  }

  function admit(request: Request): Response | Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/.well-known/oauth-protected-resource/mcp")
      return Response.json({ resource: MCP_URL, authorization_servers: [settings.issuer], scopes_supported: ["use"] });
    // No stream is held open, so that an agent that was evicted says nothing any more.
    if (request.method === "GET") return new Response(null, { status: 405 });
    const [scheme = "", token = ""] = (request.headers.get("authorization") ?? "").split(" ");
    const issued = tokens.get(token);
    const refusal = new Response(null, {
      status: 401,
      headers: { "www-authenticate": `${scheme || "Bearer"} realm="x"` },
    });
    if (issued === undefined || issued.expiresAt <= host.ports.clock.now()) return refusal;
    if (scheme !== (issued.key === null ? "Bearer" : "DPoP")) return refusal;
    if (issued.key !== null) {
      const { resourceNonce } = settings;
      const proof = checkProof(request, resourceNonce, token);
      if (resourceNonce !== null && !proof.hasNonce) return wantsNonce(resourceNonce, 401);
      if (proof.key !== issued.key) return refusal;
    }
    return server.handler(request);
  }

  const host = createMcpHost({
    [MCP]: admit,
    [ISSUER]: (request) =>
      request.method === "POST" ? issue(request) : Response.json(metadataOf(ISSUER), { status: 200 }),
    async [IDP](request) {
      const form = new URLSearchParams(await request.text());
      exchanges.push(form);
      const type = "urn:ietf:params:oauth:token-type:id-jag";
      return form.get("subject_token") === "CANARY-id-token"
        ? Response.json({ access_token: "CANARY-jag", issued_token_type: type, token_type: "N_A" })
        : Response.json({ error: "invalid_grant" }, { status: 400 });
    },
  });

  return {
    host,
    server,
    settings,
    /** Requests to the token endpoint of the authorization server, oldest first. */
    asked,
    /** The same to the identity provider. */
    exchanges,
    add: (oauth: NonNullable<AddMcpServerOptions["oauth"]>) =>
      host.mcp.addServer("mock", MCP_URL, { oauth, callbackUrl: null }),
    endTokens: () => tokens.clear(),
    async call() {
      const [id = ""] = Object.keys(host.state().servers);
      return host.mcp.callTool({ serverId: id, name: "echo", arguments: { text: "hi" } });
    },
  };
}
