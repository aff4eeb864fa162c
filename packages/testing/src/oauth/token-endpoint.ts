// The token endpoint of a mock authorization server: codes and refresh tokens in, access tokens out.
import type { JsonObject } from "@agents-internal/protocol";
import type { Grant, GrantBook } from "./grants.ts";
import { OTHER_ISSUER } from "./metadata.ts";
import { refuseResource } from "./refuse-resource.ts";
import { refuseScopes } from "./refuse-scopes.ts";
import type { AuthorizationServerSwitch } from "./quirks.ts";

export interface TokenEndpointOptions {
  readonly book: GrantBook;
  readonly quirks: ReadonlySet<AuthorizationServerSwitch>;
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
  if (quirks.has("token-redirect"))
    return new Response(null, { status: 307, headers: { location: `${OTHER_ISSUER}/token` } });
  if (quirks.has("token-error-500"))
    return new Response("<h1>Internal error</h1>", { status: 500, headers: { "content-type": "text/html" } });
  if (quirks.has("token-error-200")) return Response.json({ error: "invalid_grant", error_description: "Not today." });
  const scopes = (form.get("scope") ?? "").split(" ").filter(Boolean);
  const refusal = refuseResource(form, quirks) ?? (form.has("scope") ? refuseScopes(scopes, quirks) : null);
  if (refusal !== null) return Response.json(refusal, { status: 400 });
  const outcome = await decide(request, form, options);
  if (outcome.kind === "tokens") return write(request, outcome.body, 200, quirks);
  const isOwn = quirks.has("token-errors-own");
  const error = isOwn ? (OWN_ERRORS[`${form.get("grant_type")} ${outcome.error}`] ?? outcome.error) : outcome.error;
  const status = quirks.has("token-refusals-200") ? 200 : outcome.error === "invalid_client" ? 401 : 400;
  return write(request, { error }, status, quirks);
}

const OWN_ERRORS: Readonly<Record<string, string>> = {
  "authorization_code invalid_grant": "bad_verification_code",
  "refresh_token invalid_grant": "bad_refresh_token",
  "authorization_code invalid_client": "incorrect_client_credentials",
  "refresh_token invalid_client": "incorrect_client_credentials",
};

function write(
  request: Request,
  body: JsonObject,
  status: number,
  quirks: ReadonlySet<AuthorizationServerSwitch>,
): Response {
  const init = { status, headers: { "cache-control": "no-store" } };
  const takesJson = request.headers.get("accept")?.includes("application/json") ?? false;
  const asForm = quirks.has("token-form-encoded") || (quirks.has("token-form-unless-asked") && !takesJson);
  if (!asForm) return Response.json(body, init);
  const fields = Object.entries(body).map(([name, value]): [string, string] => [name, String(value)]);
  return new Response(new URLSearchParams(fields), init);
}

async function decide(request: Request, form: URLSearchParams, options: TokenEndpointOptions): Promise<Outcome> {
  const clientId = authenticate(request, form, options);
  if (clientId === null) return { kind: "refused", error: "invalid_client" };
  if (form.get("grant_type") === "authorization_code") {
    if (options.quirks.has("exchange-client-refused")) return { kind: "refused", error: "invalid_client" };
    return redeem(clientId, form, options);
  }
  if (form.get("grant_type") === "refresh_token") return refresh(clientId, form, options);
  return { kind: "refused", error: "unsupported_grant_type" };
}

/** The client's id when it proved to be that client, by one method only (RFC 6749, 2.3). */
function authenticate(
  request: Request,
  form: URLSearchParams,
  { book, quirks }: Pick<TokenEndpointOptions, "book" | "quirks">,
): string | null {
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
  if (client.clientSecret !== undefined && quirks.has("client-secrets-replaced")) return null;
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
  book.unused.delete(clientId);
  return { kind: "tokens", body: issue(book.open(kept), options, { first: true, withRefresh: true }) };
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
  return { kind: "tokens", body: issue(grant, options, { first: false, withRefresh: rotates }) };
}

function issue(
  grant: Grant,
  { book, quirks, now, id, accessTokenTtl }: TokenEndpointOptions,
  { first, withRefresh }: { readonly first: boolean; readonly withRefresh: boolean },
): JsonObject {
  const accessToken = `access_${id()}`;
  const said = first && quirks.has("token-born-expired") ? 0 : accessTokenTtl();
  const lasts = quirks.has("token-ends-early") ? said / 2 : said;
  book.access.set(accessToken, { grant, expiresAt: now() + lasts * 1000 });
  const renewable =
    (!quirks.has("refresh-needs-offline-access") || grant.scopes.includes("offline_access")) &&
    (!quirks.has("refresh-needs-access-type") || grant.offline);
  const hasRefresh = withRefresh && renewable && !quirks.has("no-refresh-token");
  const refreshToken = hasRefresh ? `refresh_${id()}` : null;
  if (refreshToken !== null) grant.refreshTokens.add(refreshToken);
  const nothing = quirks.has("null-fields") ? null : undefined;
  const fields = {
    access_token: quirks.has("token-line-break") ? `${accessToken}\r\nx-planted: 1` : accessToken,
    token_type: quirks.has("token-type-missing") ? nothing : quirks.has("token-type-mac") ? "mac" : "Bearer",
    expires_in: quirks.has("expires-in-missing") ? nothing : written(said, quirks),
    refresh_token: refreshToken ?? nothing,
    scope: grant.scopes.length > 0 ? grant.scopes.join(" ") : nothing,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function written(seconds: number, quirks: ReadonlySet<AuthorizationServerSwitch>): number | string {
  if (quirks.has("expires-in-words")) return "soon";
  return quirks.has("expires-in-string") ? String(seconds) : seconds;
}

async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const text = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
