// The part of an authorization server's metadata that is used, checked once and kept as a row.
import type { OAuthExceptionName } from "@agents-internal/protocol";
import { McpError } from "../errors.ts";
import { withException } from "./exceptions.ts";

/** RFC 8414 names, shortened to what a client of ours needs where no person takes part. */
export interface TokenServer {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly registrationEndpoint: string | null;
  readonly revocationEndpoint: string | null;
  readonly tokenAuthMethods: readonly string[] | null;
  readonly scopes: readonly string[] | null;
  /** Values of `prompt` it knows; missing in rows written before it was asked for. */
  readonly prompts?: readonly string[] | null;
  /** Algorithms of proofs it takes (RFC 9449 section 5.1); missing in rows written before it was asked for. */
  readonly dpopAlgorithms?: readonly string[] | null;
  /** It promised `iss` in every answer (RFC 9207). */
  readonly sendsIssuer: boolean;
  readonly clientIdDocuments: boolean;
  /** Without a metadata document: the endpoints of MCP 2025-03-26 were assumed. */
  readonly assumed: boolean;
  /** Checks that its operator gave up, and that it did not pass. Missing: none. */
  readonly exceptions?: readonly OAuthExceptionName[];
}

/** One a person can be sent to. */
export interface AuthorizationServer extends TokenServer {
  readonly authorizationEndpoint: string;
}

/** What a server has to have, for one kind of use. */
export interface ServerKind<S extends TokenServer> {
  read(document: Document, rules: ReadingRules): S;
}

interface ReadingRules {
  /** Origins that were just reached over plain http with the url policy's consent. */
  readonly httpOrigins: ReadonlySet<string>;
  /** A server that says nothing of PKCE is taken at its operator's word. */
  readonly unadvertisedPkce: boolean;
}

type Document = Readonly<Record<string, unknown>>;

const MAX_URL = 2048;
const MAX_LIST = 500;

/** For a sign-in. Throws `McpError`: `metadata-invalid`, `pkce-unsupported`, `pkce-unadvertised`. */
export const FOR_PEOPLE: ServerKind<AuthorizationServer> = {
  read(document, { httpOrigins, unadvertisedPkce }) {
    const methods = document["code_challenge_methods_supported"] ?? null;
    if (methods === null && !unadvertisedPkce) throw new McpError("pkce-unadvertised");
    // What it says is believed: only silence can be excepted.
    if (methods !== null && !readList(methods)?.includes("S256")) throw new McpError("pkce-unsupported");
    const authorizationEndpoint = required(document, "authorization_endpoint", httpOrigins);
    const server = { ...readTokenServer(document, httpOrigins), authorizationEndpoint };
    return withException(server, methods === null && "unadvertisedPkce");
  },
};

/** For grants without a person. Throws `McpError`: `metadata-invalid`. */
export const FOR_MACHINES: ServerKind<TokenServer> = {
  read: (document, { httpOrigins }) => readTokenServer(document, httpOrigins),
};

function readTokenServer(document: Document, httpOrigins: ReadonlySet<string>): TokenServer {
  const optional = (name: string) => readEndpoint(document[name], name, httpOrigins);
  return {
    issuer: String(document["issuer"]),
    tokenEndpoint: required(document, "token_endpoint", httpOrigins),
    registrationEndpoint: optional("registration_endpoint"),
    revocationEndpoint: optional("revocation_endpoint"),
    tokenAuthMethods: readList(document["token_endpoint_auth_methods_supported"]),
    scopes: readList(document["scopes_supported"]),
    prompts: readList(document["prompt_values_supported"]),
    dpopAlgorithms: readList(document["dpop_signing_alg_values_supported"]),
    sendsIssuer: document["authorization_response_iss_parameter_supported"] === true,
    clientIdDocuments: document["client_id_metadata_document_supported"] === true,
    assumed: false,
  };
}

/** MCP 2025-03-26: a server without any metadata has these endpoints at its own origin. */
export function assumeAuthorizationServer(origin: string): AuthorizationServer {
  return {
    issuer: origin,
    authorizationEndpoint: `${origin}/authorize`,
    tokenEndpoint: `${origin}/token`,
    registrationEndpoint: `${origin}/register`,
    revocationEndpoint: null,
    tokenAuthMethods: ["none", "client_secret_post", "client_secret_basic"],
    scopes: null,
    sendsIssuer: false,
    clientIdDocuments: false,
    assumed: true,
  };
}

function required(document: Document, name: string, httpOrigins: ReadonlySet<string>): string {
  const url = readEndpoint(document[name], name, httpOrigins);
  if (url === null) throw new McpError("metadata-invalid", { detail: `(${name})` });
  return url;
}

/** Parsed once and serialised again, so that what was checked is what is used. */
function readEndpoint(value: unknown, name: string, httpOrigins: ReadonlySet<string>): string | null {
  if (value === undefined || value === null || value === "") return null;
  const invalid = new McpError("metadata-invalid", { detail: `(${name})` });
  if (typeof value !== "string" || value.length > MAX_URL || !URL.canParse(value)) throw invalid;
  const url = new URL(value);
  const allowed = url.protocol === "https:" || (url.protocol === "http:" && httpOrigins.has(url.origin));
  if (!allowed || url.username !== "" || url.password !== "" || url.hash !== "") throw invalid;
  return url.href;
}

export function readList(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  return value.filter((item): item is string => typeof item === "string" && item.length <= MAX_URL).slice(0, MAX_LIST);
}
