// The token endpoint of a mock authorization server: codes and refresh tokens in, access tokens out.
import type { JsonObject } from "@agents-internal/protocol";
import type { Grant, GrantBook } from "./grants.ts";
import { refuseResource } from "./refuse-resource.ts";
import type { AuthorizationServerQuirk } from "./quirks.ts";

export interface TokenEndpointOptions {
  readonly book: GrantBook;
  readonly quirks: ReadonlySet<AuthorizationServerQuirk>;
  readonly now: () => number;
  readonly id: () => string;
  /** s */
  readonly accessTokenTtl: () => number;
}

type Outcome =
  | { readonly kind: "tokens"; readonly body: JsonObject }
  | { readonly kind: "refused"; readonly error: string };

export async function answerTokenRequest(
  request: Request,
  form: URLSearchParams,
  options: TokenEndpointOptions,
): Promise<Response> {
  const { quirks } = options;
  if (quirks.has("token-error-500"))
    return new Response("<h1>Internal error</h1>", { status: 500, headers: { "content-type": "text/html" } });
  if (quirks.has("token-error-200")) return Response.json({ error: "invalid_grant", error_description: "Not today." });
  const refusal = refuseResource(form, quirks);
  if (refusal !== null) return Response.json(refusal, { status: 400 });
  const outcome = await decide(request, form, options);
  if (outcome.kind === "refused")
    return Response.json({ error: outcome.error }, { status: outcome.error === "invalid_client" ? 401 : 400 });
  const headers = { "cache-control": "no-store" };
  if (!quirks.has("token-form-encoded")) return Response.json(outcome.body, { headers });
  const encoded = new URLSearchParams(
    Object.entries(outcome.body).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return new Response(encoded, { headers });
}

async function decide(request: Request, form: URLSearchParams, options: TokenEndpointOptions): Promise<Outcome> {
  const clientId = authenticate(request, form, options.book);
  if (clientId === null) return { kind: "refused", error: "invalid_client" };
  if (form.get("grant_type") === "authorization_code") return redeem(clientId, form, options);
  if (form.get("grant_type") === "refresh_token") return refresh(clientId, form, options);
  return { kind: "refused", error: "unsupported_grant_type" };
}

/** The client's id when it proved to be that client, by one method only (RFC 6749, 2.3). */
function authenticate(request: Request, form: URLSearchParams, book: GrantBook): string | null {
  const basic = /^Basic (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
  if (basic !== undefined && form.has("client_secret")) return null;
  const [id, secret] =
    basic === undefined
      ? [form.get("client_id"), form.get("client_secret")]
      : atob(basic)
          .split(":")
          .map((part) => decodeURIComponent(part.replaceAll("+", " ")));
  const client = book.clients.get(id ?? "");
  if (client === undefined) return null;
  return client.clientSecret === undefined || client.clientSecret === secret ? client.clientId : null;
}

async function redeem(clientId: string, form: URLSearchParams, options: TokenEndpointOptions): Promise<Outcome> {
  const { book } = options;
  const code = form.get("code") ?? "";
  const kept = book.codes.get(code);
  book.codes.delete(code);
  const fits =
    kept !== undefined &&
    kept.clientId === clientId &&
    kept.redirectUri === form.get("redirect_uri") &&
    kept.challenge === (await challengeOf(form.get("code_verifier") ?? "")) &&
    (form.get("resource") === null || kept.resource === null || form.get("resource") === kept.resource);
  if (!fits) return { kind: "refused", error: "invalid_grant" };
  const { resource, scopes } = kept;
  return { kind: "tokens", body: issue(book.open({ clientId, resource, scopes }), options, true) };
}

function refresh(clientId: string, form: URLSearchParams, options: TokenEndpointOptions): Outcome {
  const { book, quirks } = options;
  const token = form.get("refresh_token") ?? "";
  const grant = book.byRefreshToken(token);
  if (grant?.spent.has(token)) grant.ended = true;
  if (grant === undefined || grant.ended || grant.clientId !== clientId || quirks.has("refresh-refused")) {
    return { kind: "refused", error: "invalid_grant" };
  }
  const rotates = quirks.has("refresh-rotation");
  if (rotates) {
    grant.refreshTokens.delete(token);
    grant.spent.add(token);
  }
  return { kind: "tokens", body: issue(grant, options, rotates) };
}

function issue(
  grant: Grant,
  { book, quirks, now, id, accessTokenTtl }: TokenEndpointOptions,
  withRefresh: boolean,
): JsonObject {
  const accessToken = `access_${id()}`;
  const ttl = accessTokenTtl();
  book.access.set(accessToken, { grant, expiresAt: now() + ttl * 1000 });
  const refreshToken = withRefresh && !quirks.has("no-refresh-token") ? `refresh_${id()}` : null;
  if (refreshToken !== null) grant.refreshTokens.add(refreshToken);
  const nothing = quirks.has("null-fields") ? null : undefined;
  const fields = {
    access_token: accessToken,
    token_type: quirks.has("token-type-missing") ? nothing : quirks.has("token-type-mac") ? "mac" : "Bearer",
    expires_in: quirks.has("expires-in-missing") ? nothing : quirks.has("expires-in-string") ? String(ttl) : ttl,
    refresh_token: refreshToken ?? nothing,
    scope: grant.scopes.length > 0 ? grant.scopes.join(" ") : nothing,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const text = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
