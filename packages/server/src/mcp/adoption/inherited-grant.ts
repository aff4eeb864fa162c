// The other package's client and tokens of a server. Nothing is shown to an issuer that did not give it.
import type { ClientCredentials } from "../oauth/client-credentials.ts";
import { isTokenAuthMethod } from "../oauth/client-credentials.ts";
import type { ClientRow } from "../oauth/client-store.ts";
import { sameIssuer } from "../oauth/server-metadata.ts";
import { type GrantedTokens, readTokens } from "../oauth/token-response.ts";

export interface InheritedGrant {
  /** `null`: there is none, or nobody can say whose it is. */
  readonly client: { readonly row: Omit<ClientRow, "unusable">; readonly credentials: ClientCredentials } | null;
  /** `null`: nobody is signed in. */
  readonly tokens: {
    readonly issuer: string;
    readonly granted: GrantedTokens;
    readonly credentials: ClientCredentials;
  } | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** `keys`: see `InheritedRows.keysOf`. `clientId` as the server's row names it. */
export function readInheritedGrant(
  keys: ReadonlyMap<string, unknown>,
  clientId: string | null,
  callbackUrl: string | null,
): InheritedGrant {
  const id = clientId ?? onlyClientOf(keys);
  if (id === null) return { client: null, tokens: null };
  const info = fields(keys.get(`${id}/client_info/`));
  const token = fields(keys.get(`${id}/token`));
  const credentials = readClient(id, info);
  const registrar = text(info["issuer"]);
  const row = registrar !== null && callbackUrl !== null ? readRow(registrar, callbackUrl, credentials, info) : null;
  // Versions that did not note the issuer would have shown the tokens to whomever the server named.
  const issuer = text(token["issuer"]);
  const fits = issuer !== null && (registrar === null || sameIssuer(registrar, issuer));
  const granted = fits ? readGranted(token) : null;
  return {
    client: row && { row, credentials },
    tokens: granted && issuer !== null ? { issuer, granted, credentials } : null,
  };
}

/** Rows of a server that is signed in name the client; where one does not, a single one is the one. */
function onlyClientOf(keys: ReadonlyMap<string, unknown>): string | null {
  const ids = [...keys.keys()].flatMap((tail) => /^(.+)\/token$/.exec(tail)?.[1] ?? []);
  return ids.length === 1 ? (ids[0] ?? null) : null;
}

function readClient(clientId: string, info: Fields): ClientCredentials {
  const clientSecret = text(info["client_secret"]);
  const method = info["token_endpoint_auth_method"];
  const fallback = clientSecret === null ? "none" : "client_secret_basic";
  return {
    clientId,
    clientSecret,
    method: clientSecret !== null && isTokenAuthMethod(method) ? method : fallback,
    source: URL.canParse(clientId) && new URL(clientId).protocol === "https:" ? "document" : "registered",
  };
}

function readRow(issuer: string, callbackUrl: string, { clientSecret, source }: ClientCredentials, info: Fields) {
  const registered = Array.isArray(info["redirect_uris"]) ? info["redirect_uris"].map(String) : [callbackUrl];
  const expires = Number(info["client_secret_expires_at"] ?? 0);
  return {
    issuer,
    source,
    redirectUri: registered.includes(callbackUrl) ? callbackUrl : (registered[0] ?? callbackUrl),
    secretExpiresAt: clientSecret !== null && expires > 0 ? expires * 1000 : null,
  };
}

function readGranted(token: Fields): GrantedTokens | null {
  try {
    return readTokens(token, "bearer");
  } catch {
    return null;
  }
}

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
const fields = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
