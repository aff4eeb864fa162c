// Who we are at an authorization server, and how a request of ours shows it.
import { type ClientAuth, ClientSecretPost, None } from "oauth4webapi";
import type { OAuthOptions } from "../options.ts";
import type { Clock, Ids } from "../ports.ts";
import type { TokenServer } from "./authorization-server.ts";
import { ASSERTION_TYPE, signClientAssertion } from "./client-assertion.ts";
import { parseObject } from "./metadata-document.ts";
import type { GivenKey } from "./signing-key.ts";

export type TokenAuthMethod = "none" | "client_secret_basic" | "client_secret_post";

/** `operator`: from the app's table; its secret stays there. */
export type ClientSource = "configured" | "operator" | "registered" | "document";

export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly method: TokenAuthMethod;
  readonly source: ClientSource;
  /** Signs an assertion instead of everything else; `method` is then of no account. */
  readonly key?: GivenKey | undefined;
}

const METHODS: readonly TokenAuthMethod[] = ["client_secret_basic", "client_secret_post", "none"];

const SOURCES: readonly ClientSource[] = ["configured", "operator", "registered", "document"];

function isClientSource(value: unknown): value is ClientSource {
  return SOURCES.some((source) => source === value);
}

export function isTokenAuthMethod(value: unknown): value is TokenAuthMethod {
  return METHODS.some((method) => method === value);
}

/** What somebody else registered is never wiped for what a provider says of it: its owner has to mend it. */
export function isRegisteredByHand({ source }: ClientCredentials): boolean {
  return source === "configured" || source === "operator";
}

/** A client registered by hand; its method is the developer's, else what the provider offers, else RFC 8414's default. */
export function configuredCredentials(
  client: NonNullable<OAuthOptions["client"]>,
  provider: Pick<TokenServer, "tokenAuthMethods">,
): ClientCredentials {
  const { clientId, clientSecret = null, tokenEndpointAuthMethod } = client;
  const offered = provider.tokenAuthMethods ?? ["client_secret_basic"];
  const bySecret = METHODS.find((method) => method !== "none" && offered.includes(method)) ?? "client_secret_basic";
  return {
    clientId,
    clientSecret,
    method: tokenEndpointAuthMethod ?? (clientSecret === null ? "none" : bySecret),
    source: "configured",
  };
}

/** The form in which oauth4webapi adds the credentials to a request. */
export function clientAuthentication(
  { clientId, clientSecret, method, key }: ClientCredentials,
  ports: { readonly clock: Clock; readonly ids: Ids },
): ClientAuth {
  if (key !== undefined) {
    return async ({ issuer }, _client, body) => {
      body.set("client_id", clientId);
      body.set("client_assertion_type", ASSERTION_TYPE);
      body.set("client_assertion", await signClientAssertion(ports, { clientId, key }, issuer));
    };
  }
  if (method === "none" || clientSecret === null) return None();
  if (method === "client_secret_post") return ClientSecretPost(clientSecret);
  return (_as, _client, _body, headers) =>
    headers.set("authorization", `Basic ${btoa(`${formEncode(clientId)}:${formEncode(clientSecret)}`)}`);
}

/**
 * RFC 6749 section 2.3.1, encoding only what the form encoding has to. Escaping `-` and `_` as well would be
 * allowed, but servers that skip the decoding then fail on every id that is a UUID.
 */
function formEncode(text: string): string {
  return new URLSearchParams({ v: text }).toString().slice(2);
}

export function writeCredentials(credentials: ClientCredentials): string {
  return JSON.stringify(credentials.source === "operator" ? { ...credentials, clientSecret: null } : credentials);
}

/** `null` when the text is not what {@link writeCredentials} wrote. */
export function readCredentials(text: string): ClientCredentials | null {
  const { clientId, clientSecret, method, source, key } = parseObject(text) ?? {};
  if (typeof clientId !== "string" || !isTokenAuthMethod(method)) return null;
  if (!isClientSource(source)) return null;
  return {
    clientId,
    clientSecret: typeof clientSecret === "string" ? clientSecret : null,
    method,
    source,
    ...(typeof key === "object" && key !== null && { key: key as GivenKey }),
  };
}
