// The certified `oidc-provider` with everything strict: PKCE, rotation, one resource a token, proof of possession with nonces.
import { randomBytes } from "node:crypto";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import type { FetchHandler } from "@agents-internal/testing";
import Provider, { type Configuration, errors } from "oidc-provider";

export interface StrictProvider {
  /** Answers for the issuer's origin. */
  readonly handler: FetchHandler;
  /** Puts a server behind it. */
  protect(resource: string, server: FetchHandler): FetchHandler;
  /** Whether this server still knows the token. */
  knows(token: string): Promise<"access" | "refresh" | null>;
  /** As if this access token had ended. */
  end(token: string): Promise<void>;
  dispose(): Promise<void>;
}

export interface StrictOptions {
  readonly issuer: string;
  readonly resource: string;
}

export async function startStrictProvider({ issuer, resource }: StrictOptions): Promise<StrictProvider> {
  const configuration: Configuration = {
    cookies: { keys: [randomBytes(32).toString("base64url")] },
    scopes: ["openid", "offline_access", "notes"],
    ttl: {
      AccessToken: 600,
      RefreshToken: 3600,
      Grant: 3600,
      Session: 3600,
      Interaction: 600,
      IdToken: 600,
    },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed("refresh_token"),
    expiresWithSession: async () => false,
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: async (_ctx, sub) => ({ accountId: sub, claims: async () => ({ sub }) }),
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      revocation: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => {
          throw new errors.InvalidTarget("a resource has to be named");
        },
        useGrantedResource: async () => false,
        getResourceServerInfo: async (_ctx, indicator) => {
          if (indicator !== resource) throw new errors.InvalidTarget();
          return { scope: "notes", audience: resource, accessTokenTTL: 600, accessTokenFormat: "opaque" };
        },
      },
    },
  };
  const provider = new Provider(issuer, configuration);
  provider.proxy = true;
  const protocol = provider.callback();

  const http = createServer((request, response) => {
    if (!request.url?.startsWith("/interaction/")) return void protocol(request, response);
    void consent(provider, resource, request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;

  return {
    handler: (request) => passOn(request, port),
    protect: (url, server) => async (request) => {
      const { origin, pathname } = new URL(request.url);
      const metadata = `/.well-known/oauth-protected-resource${new URL(url).pathname}`;
      if (pathname === metadata)
        return Response.json({ resource: url, authorization_servers: [issuer], scopes_supported: ["notes"] });
      const [scheme = "", token = ""] = (request.headers.get("authorization") ?? "").split(" ");
      const found = token === "" ? undefined : await provider.AccessToken.find(token);
      const isBound = found?.jkt !== undefined;
      const fits = scheme === (isBound ? "DPoP" : "Bearer") && request.headers.has("dpop") === isBound;
      if (found !== undefined && !found.isExpired && fits && [found.aud].flat().includes(url)) return server(request);
      const challenge = `${scheme || "Bearer"} resource_metadata="${origin}${metadata}"`;
      return new Response(null, { status: 401, headers: { "www-authenticate": challenge } });
    },
    async knows(token) {
      if (await provider.AccessToken.find(token)) return "access";
      return (await provider.RefreshToken.find(token)) ? "refresh" : null;
    },
    async end(token) {
      await (await provider.AccessToken.find(token))?.destroy();
    },
    dispose: () => new Promise((resolve) => http.close(() => resolve())),
  };
}

type NodeRequest = Parameters<Provider["interactionDetails"]>[0];
type NodeResponse = Parameters<Provider["interactionDetails"]>[1];

/** The one person there is says yes. */
async function consent(provider: Provider, resource: string, request: NodeRequest, response: NodeResponse) {
  const { params } = await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    response.setHeader("content-type", "text/html");
    return void response.end(`<form method="post"><button data-testid="approve">approve</button></form>`);
  }
  const grant = new provider.Grant({ accountId: "ada", clientId: String(params.client_id) });
  const scopes = String(params.scope ?? "");
  grant.addOIDCScope(scopes);
  grant.addResourceScope(resource, scopes);
  const grantId = await grant.save();
  return provider.interactionFinished(request, response, { login: { accountId: "ada" }, consent: { grantId } });
}

/** `fetch` would not let the host be named, which the provider builds its addresses from. */
async function passOn(request: Request, port: number): Promise<Response> {
  const url = new URL(request.url);
  const body = Buffer.from(await request.arrayBuffer());
  const headers = Object.fromEntries(request.headers);
  delete headers["content-length"];
  const options = {
    port,
    host: "127.0.0.1",
    method: request.method,
    path: url.pathname + url.search,
    headers: { ...headers, host: url.host, "x-forwarded-proto": "https", "content-length": body.byteLength },
  };
  return new Promise((resolve, reject) => {
    const sent = httpRequest(options, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      const status = answer.statusCode ?? 500;
      const answered = new Headers();
      for (let at = 0; at < answer.rawHeaders.length; at += 2)
        answered.append(answer.rawHeaders[at] ?? "", answer.rawHeaders[at + 1] ?? "");
      resolve(
        new Response(status === 204 || status === 304 ? null : Buffer.concat(chunks), { status, headers: answered }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
