// Dynamic registration (RFC 7591): one request, and a tolerant reading of what deployed servers answer.
import { dynamicClientRegistrationRequest } from "oauth4webapi";
import { McpError } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { AuthorizationServer } from "./authorization-server.ts";
import { type ClientCredentials, isTokenAuthMethod, type TokenAuthMethod } from "./client-credentials.ts";
import { errorCodeOf } from "./error-answer.ts";
import { parseObject } from "./metadata-document.ts";
import { libraryServer, requestOptions, send } from "./provider-request.ts";
import { readManagement, type RegistrationManagement } from "./registration-management.ts";

export interface RegistrationRequest {
  readonly fetch: GuardedFetch;
  readonly redirectUri: string;
  /** The app's name. Never an agent's: consent screens show it, and agents may be called after people. */
  readonly clientName: string | undefined;
}

export type RegistrationOutcome =
  | {
      readonly kind: "registered";
      readonly credentials: ClientCredentials;
      /** ms since the epoch; `null`: never. */
      readonly secretExpiresAt: number | null;
      readonly management: RegistrationManagement | null;
    }
  /** Assumed endpoints that turn out not to exist. */
  | { readonly kind: "not-offered" };

/**
 * Register with `provider`. 200 and missing fields are tolerated.
 *
 * Rejects with `McpError`: `registration-refused`, `http-error`, and what the guarded fetch throws.
 */
export async function registerDynamically(
  { fetch, redirectUri, clientName }: RegistrationRequest,
  provider: AuthorizationServer,
): Promise<RegistrationOutcome> {
  const { registrationEndpoint } = provider;
  if (registrationEndpoint === null) return { kind: "not-offered" };
  const method = preferredMethod(provider);
  const metadata = {
    client_name: clientName ?? new URL(redirectUri).host,
    redirect_uris: [redirectUri],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: method,
    application_type: redirectUri.startsWith("https:") ? "web" : "native",
  };
  const options = requestOptions(fetch, "registration");
  const response = await send(() => dynamicClientRegistrationRequest(libraryServer(provider), metadata, options));
  const { status } = response;
  const body = parseObject(await response.text());
  if (status === 429 || status >= 500)
    throw new McpError("http-error", { status, detail: `(registration: ${status})` });
  if (provider.assumed && (status === 404 || status === 405)) return { kind: "not-offered" };
  if (status !== 200 && status !== 201)
    throw new McpError("registration-refused", { status, detail: `(${errorCodeOf(body) ?? status})` });
  const clientId = body?.["client_id"];
  if (body === null || typeof clientId !== "string" || clientId === "")
    throw new McpError("registration-refused", { status, detail: "(client_id)" });
  return {
    kind: "registered",
    ...readRegistration(clientId, body, method),
    management: readManagement(body, registrationEndpoint),
  };
}

function readRegistration(clientId: string, body: Readonly<Record<string, unknown>>, asked: TokenAuthMethod) {
  const secret =
    typeof body["client_secret"] === "string" && body["client_secret"] !== "" ? body["client_secret"] : null;
  const answered = body["token_endpoint_auth_method"];
  const fitting = secret !== null && asked === "none" ? "client_secret_basic" : asked;
  const method = secret === null ? "none" : isTokenAuthMethod(answered) ? answered : fitting;
  const expires = Number(body["client_secret_expires_at"] ?? 0);
  const secretExpiresAt = secret !== null && Number.isFinite(expires) && expires > 0 ? expires * 1000 : null;
  const credentials: ClientCredentials = { clientId, clientSecret: secret, method, source: "registered" };
  return { credentials, secretExpiresAt };
}

/** A public client needs no secret that could expire; RFC 8414 says what a silent provider takes. */
function preferredMethod({ tokenAuthMethods }: AuthorizationServer): TokenAuthMethod {
  if (tokenAuthMethods === null) return "client_secret_basic";
  const order: readonly TokenAuthMethod[] = ["none", "client_secret_basic", "client_secret_post"];
  return order.find((method) => tokenAuthMethods.includes(method)) ?? "none";
}
