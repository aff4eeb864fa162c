// The registration endpoint of a mock authorization server (RFC 7591), and what manages a registration (RFC 7592).
import type { JsonObject } from "@agents-internal/protocol";
import type { GrantBook, RegisteredClient } from "./grants.ts";
import type { AuthorizationServerQuirk } from "./quirks.ts";

export interface RegistrationEndpoint {
  /** Bodies of all registrations, oldest first. */
  readonly registrations: readonly JsonObject[];
  /** Ids of the clients that were deleted, oldest first. */
  readonly deleted: readonly string[];
  register(request: Request): Promise<Response>;
  /** Delete the client of this id, for whoever holds its registration access token. */
  remove(request: Request, clientId: string): Response;
}

export function createRegistrationEndpoint(options: {
  readonly base: string;
  readonly book: GrantBook;
  readonly quirks: ReadonlySet<AuthorizationServerQuirk>;
  readonly id: () => string;
}): RegistrationEndpoint {
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
      if (quirks.has("registration-refused"))
        return Response.json({ error: "invalid_client_metadata", error_description: "Not for you." }, { status: 400 });
      const method = body.token_endpoint_auth_method ?? "client_secret_basic";
      const secret = method === "none" ? {} : { client_secret: `secret_${id()}` };
      const client: RegisteredClient = {
        clientId: `client_${id()}`,
        ...(secret.client_secret === undefined ? {} : { clientSecret: secret.client_secret }),
        redirectUris: Array.isArray(body.redirect_uris) ? body.redirect_uris.map(String) : [],
      };
      const { clientId } = client;
      book.clients.set(clientId, client);
      const answer = {
        ...body,
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
