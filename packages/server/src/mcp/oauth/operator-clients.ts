// The clients an operator registered by hand, once for every agent of the app, by authorization server.
import { McpError } from "../errors.ts";
import type { OAuthOptions } from "../options.ts";
import { type ClientCredentials, configuredCredentials, isTokenAuthMethod } from "./client-credentials.ts";
import type { TokenServer } from "./authorization-server.ts";
import { sameIssuer } from "./server-metadata.ts";

/** A client registered by hand at one authorization server. */
export interface OperatorClient extends Omit<NonNullable<OAuthOptions["client"]>, "issuer"> {
  /**
   * Origins of the MCP servers that it is for; default: every server that names the authorization server. List them where tokens are
   * good for more than the server that asked (a provider that knows no `resource`, RFC 8707): any server may name any
   * authorization server, and is shown the token that people get there.
   */
  readonly servers?: readonly string[];
}

/**
 * Clients by the authorization server they belong to: its issuer, or the host of its issuer, with the port where there is
 * one. An issuer wins over its host; name the issuer where several customers share a host.
 *
 * A secret goes to that authorization server and to no other.
 */
export type OperatorClients = Readonly<Record<string, OperatorClient>>;

export interface OperatorClientBook {
  /** Without its secret, which is not copied into any database. Throws `option-invalid` for an entry that cannot be used. */
  find(provider: Pick<TokenServer, "issuer" | "tokenAuthMethods">, serverUrl: string): ClientCredentials | null;
  /** The secret as it stands in the table now; `null` where there is none, or the client is another one by now. */
  secretOf(issuer: string, clientId: string): string | null;
}

/** `read` is asked when a client is needed: an entry that is wrong disturbs nobody who does not need it. */
export function createOperatorClients(read: (() => OperatorClients) | undefined): OperatorClientBook {
  let known: OperatorClients | undefined;
  const entryOf = (issuer: string): readonly [string, OperatorClient] | null => {
    const table = (known ??= read?.() ?? {});
    const exact = Object.keys(table).find((key) => sameIssuer(issuer, key));
    const key = exact ?? new URL(issuer).host;
    const entry = Object.hasOwn(table, key) ? table[key] : undefined;
    return entry === undefined ? null : [key, entry];
  };

  return {
    find(provider, serverUrl) {
      const found = entryOf(provider.issuer);
      if (found === null) return null;
      const { servers, ...client } = check(...found);
      if (servers !== undefined && !servers.some((origin) => isOn(serverUrl, origin))) return null;
      return { ...configuredCredentials(client, provider), clientSecret: null, source: "operator" };
    },
    secretOf(issuer, clientId) {
      const found = entryOf(issuer);
      if (found === null || found[1].clientId !== clientId) return null;
      return check(...found).clientSecret ?? null;
    },
  };
}

/** A variable that is not set would otherwise turn a confidential client into a public one, in silence. */
function check(key: string, client: OperatorClient): OperatorClient {
  const { clientId, clientSecret, tokenEndpointAuthMethod: method }: Readonly<Record<string, unknown>> = { ...client };
  const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
  if (!isText(clientId)) throw invalid(key, "has no clientId");
  if (Object.hasOwn(client, "clientSecret") && !isText(clientSecret)) throw invalid(key, "has an empty clientSecret");
  if (method !== undefined && !isTokenAuthMethod(method)) throw invalid(key, "has an unknown tokenEndpointAuthMethod");
  const { servers } = client;
  if (servers !== undefined && !(Array.isArray(servers) && servers.every((origin) => URL.canParse(origin))))
    throw invalid(key, "has servers that are no list of origins");
  return client;
}

function isOn(serverUrl: string, origin: string): boolean {
  return new URL(serverUrl).origin === new URL(origin).origin;
}

function invalid(key: string, what: string): McpError {
  return new McpError("option-invalid", { detail: `The client for "${key}" ${what}.` });
}
