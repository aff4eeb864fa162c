// Sends a request to the MCP server with the right credentials, renewing them once when they are refused.
import { McpError } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { TokenSource } from "../token-source.ts";
import { challengeErrors } from "./challenge-error.ts";
import { authorizationError } from "./classify.ts";
import { discard } from "./read-body.ts";

export interface McpRequest {
  readonly url: string;
  readonly method: "GET" | "POST" | "DELETE";
  /** Names are lower-case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** See `GuardedRequest.headMs`. */
  readonly headMs?: number | null | undefined;
}

/**
 * Rejects with `authorization-required`, `insufficient-scope`, `forbidden` (all with `challenge`), `token-rejected` (a developer's own
 * `Authorization` header was refused), and what the guarded fetch throws. Every other status is a normal return.
 */
export type AuthorizedFetch = (request: McpRequest) => Promise<Response>;

export function createAuthorizedFetch(options: {
  readonly fetch: GuardedFetch;
  readonly tokens: TokenSource;
  /** Checked pairs with lower-case names; an `authorization` among them switches OAuth tokens off. */
  readonly headers: readonly (readonly [string, string])[];
}): AuthorizedFetch {
  const ownCredentials = options.headers.some(([name]) => name === "authorization");

  /** Names are lower-case everywhere, so that a later one takes the place of an earlier. */
  const own = Object.fromEntries(options.headers);

  const sendOnce = async (request: McpRequest, token: string | null): Promise<Response> => {
    const headers: Record<string, string> = { ...own, ...request.headers };
    if (token !== null) {
      const { url, method } = request;
      const proof = await options.tokens.proof?.prove(token, { url, method }).catch(rethrow);
      headers["authorization"] = `${proof === undefined ? "Bearer" : "DPoP"} ${token}`;
      if (proof !== undefined) headers["dpop"] = proof;
    }
    return options.fetch(request.url, {
      purpose: "mcp",
      method: request.method,
      headers,
      body: request.body ?? null,
      signal: request.signal,
      headMs: request.headMs,
    });
  };

  /** A server may ask for a proof with its own nonce; that is no refusal of the token (RFC 9449 section 9). */
  const send = async (request: McpRequest, token: string | null): Promise<Response> => {
    const response = await sendOnce(request, token);
    const { proof } = options.tokens;
    if (proof === undefined || token === null) return response;
    const hasNonce = await proof.heard(request.url, response).catch(rethrow);
    const isAsked = challengeErrors(response.headers.get("www-authenticate")).includes("use_dpop_nonce");
    if (response.status !== 401 || !hasNonce || !isAsked) return response;
    discard(response);
    return sendOnce(request, token);
  };

  return async (request) => {
    const token = ownCredentials ? null : await options.tokens.current().catch(rethrow);
    let response = await send(request, token);
    if (response.status === 401 && !ownCredentials) {
      const challenge = { status: 401, header: response.headers.get("www-authenticate") } as const;
      const next = await options.tokens.afterRefusal(token, challenge).catch(rethrow);
      if (next === null) {
        discard(response);
        throw new McpError("authorization-required", { status: 401, challenge });
      }
      discard(response);
      response = await send(request, next);
    }
    if (response.status === 401 || response.status === 403) {
      discard(response);
      throw authorizationError(response.status, response.headers.get("www-authenticate"), ownCredentials);
    }
    return response;
  };
}

/** A fault of the token source is not one of the server. */
function rethrow(thrown: unknown): never {
  throw McpError.from(thrown);
}
