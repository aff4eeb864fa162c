// Joins oauth4webapi's requests to the guarded fetch, under the purpose each of them has.
import {
  allowInsecureRequests,
  type AuthorizationServer as LibraryServer,
  type Client,
  customFetch,
} from "oauth4webapi";
import type { FetchPurpose, GuardedFetch } from "../guarded-fetch.ts";
import { McpError } from "../errors.ts";
import type { TokenServer } from "./authorization-server.ts";
import type { ClientCredentials } from "./client-credentials.ts";

/**
 * Options for one request of oauth4webapi.
 *
 * `allowInsecureRequests` gives nothing away: metadata over plain http was read only from origins that the url
 * policy lists, and the guarded fetch asks that policy again for this request.
 */
export function requestOptions(fetch: GuardedFetch, purpose: FetchPurpose, signal?: AbortSignal) {
  return {
    [allowInsecureRequests]: true,
    [customFetch]: async (
      url: string,
      init: { readonly method: string; readonly headers: Record<string, string>; readonly body?: unknown },
    ) => {
      const body = init.body === undefined || init.body === null ? null : String(init.body);
      const response = await fetch(url, { purpose, method: init.method, headers: init.headers, body, signal });
      // Credentials never follow a redirect, whatever the guarded fetch does with other purposes.
      if (response.status >= 300 && response.status < 400)
        throw new McpError("redirect-refused", { status: response.status });
      return response;
    },
  };
}

export function libraryServer(provider: TokenServer): LibraryServer {
  return {
    issuer: provider.issuer,
    token_endpoint: provider.tokenEndpoint,
    ...(provider.registrationEndpoint === null ? {} : { registration_endpoint: provider.registrationEndpoint }),
    ...(provider.revocationEndpoint === null ? {} : { revocation_endpoint: provider.revocationEndpoint }),
  };
}

export function libraryClient({ clientId }: ClientCredentials): Client {
  return { client_id: clientId };
}

/** Errors of the library may quote what was sent, so they end here. Rejects with `McpError` only. */
export async function send(request: () => Promise<Response>): Promise<Response> {
  try {
    return await request();
  } catch (error) {
    throw error instanceof McpError ? error : new McpError("host-unreachable");
  }
}
