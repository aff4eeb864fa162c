// The registration endpoint of a mock authorization server (RFC 7591), and what manages a registration (RFC 7592).
import type { JsonObject } from "@agents-internal/protocol";
import type { GrantBook, RegisteredClient } from "./grants.ts";
import type { AuthorizationServerSwitch } from "./quirks.ts";

export interface RegistrationEndpoint {
  /** Bodies of all registrations, oldest first. */
  readonly registrations: readonly JsonObject[];
  /** Ids of the clients that were deleted, oldest first. */
  readonly deleted: readonly string[];
  register(request: Request): Promise<Response>;
  /** Delete the client of this id, for whoever holds its registration access token. */
  remove(request: Request, clientId: string): Response;
}

export interface RegistrationOptions {
  readonly base: string;
  readonly book: GrantBook;
  readonly quirks: ReadonlySet<AuthorizationServerSwitch>;
  /** Names of the apps that are registered with the quirk `registration-by-name`. */
  readonly registrableNames: readonly string[];
  readonly now: () => number;
  readonly id: () => string;
}

export function createRegistrationEndpoint(options: RegistrationOptions): RegistrationEndpoint {
  const { base, book, quirks, id } = options;
  const registrations: JsonObject[] = [];
  const deleted: string[] = [];
  const tokens = new Map<string, string>();

  function manage(clientId: string): JsonObject {
    if (!quirks.has("registration-managed")) return {};
    const token = `manage_${id()}`;
    tokens.set(clientId, token);
    return { registration_client_uri: `${base}/register/${clientId}`, registration_access_token: token };
  }

  return {
    registrations,
    deleted,
    async register(request) {
      const body = (await request.json()) as JsonObject;
      registrations.push(body);
      const refusal = refuse(body, options);
      if (refusal !== null) return refusal;
      const method = body.token_endpoint_auth_method ?? "client_secret_basic";
      const secret = method === "none" ? {} : { client_secret: `secret_${id()}` };
      const client: RegisteredClient = {
        clientId: `client_${id()}`,
        ...(secret.client_secret === undefined ? {} : { clientSecret: secret.client_secret }),
        redirectUris: redirectUrisOf(body),
      };
      const { clientId } = client;
      book.clients.set(clientId, client);
      book.unused.set(clientId, options.now());
      const answer = {
        ...body,
        ...(quirks.has("registration-without-refresh") ? { grant_types: ["authorization_code"] } : {}),
        ...timesOf(options, secret.client_secret !== undefined),
        client_id: clientId,
        token_endpoint_auth_method: method,
        ...secret,
        ...manage(clientId),
      };
      return Response.json(answer, { status: quirks.has("registration-200") ? 200 : 201 });
    },
    remove(request, clientId) {
      const token = tokens.get(clientId);
      if (token === undefined || request.headers.get("authorization") !== `Bearer ${token}`)
        return new Response(null, { status: 401 });
      tokens.delete(clientId);
      book.clients.delete(clientId);
      deleted.push(clientId);
      return new Response(null, { status: 204 });
    },
  };
}

const redirectUrisOf = ({ redirect_uris: uris }: JsonObject): readonly string[] =>
  Array.isArray(uris) ? uris.map(String) : [];

/** `null`: it is registered. */
function refuse(body: JsonObject, { quirks, registrableNames }: RegistrationOptions): Response | null {
  const refused = (error: string) => Response.json({ error, error_description: "Not for you." }, { status: 400 });
  if (quirks.has("registration-page"))
    return new Response("<h1>db01.internal: duplicate key</h1>", {
      status: 400,
      headers: { "content-type": "text/html" },
    });
  if (quirks.has("registration-by-name") && !registrableNames.includes(String(body.client_name)))
    return new Response("Forbidden", { status: 403, headers: { "content-type": "text/plain" } });
  if (quirks.has("redirect-web-only") && !redirectUrisOf(body).every(isOfTheWeb))
    return refused("invalid_redirect_uri");
  const isPublic = body.token_endpoint_auth_method === "none";
  return quirks.has("registration-refused") || (quirks.has("public-clients-refused") && isPublic)
    ? refused("invalid_client_metadata")
    : null;
}

function isOfTheWeb(uri: string): boolean {
  const { protocol, hostname } = new URL(uri);
  return protocol === "https:" || (protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname));
}

function timesOf({ quirks, now }: RegistrationOptions, hasSecret: boolean): JsonObject {
  const asText = quirks.has("registration-times-as-text");
  const issued = Math.floor(now() / 1000);
  return {
    client_id_issued_at: asText ? String(issued) : issued,
    ...(hasSecret ? { client_secret_expires_at: asText ? "0" : 0 } : {}),
  };
}
