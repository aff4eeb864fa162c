// The shape of the only way out to the network; made in transport/, used by transports and OAuth alike.

/** What a request is for. Decides redirects, size, time, and which headers may travel. */
export type FetchPurpose =
  | "mcp"
  | "prm"
  | "as-metadata"
  | "registration"
  | "token"
  | "revocation"
  | "client-metadata"
  | "icon";

export interface GuardedRequest {
  readonly purpose: FetchPurpose;
  readonly method?: string;
  readonly headers?: Headers | Readonly<Record<string, string>>;
  readonly body?: string | null;
  readonly signal?: AbortSignal | undefined;
  /** `mcp` only: ms until the head of the answer must be there; default 30 000. `null` when `signal` keeps the time. */
  readonly headMs?: number | null | undefined;
}

/**
 * Fetch `url` under the url policy, asked on every hop.
 *
 * Throws `McpError`: `url-invalid`, `url-blocked`, `redirect-refused`, `host-unreachable`, `timeout`,
 * `response-too-large`, `aborted`. Any HTTP status is a normal return. The body of an `mcp` answer is still to be read,
 * with a limit: see transport/read-body.ts; every other body is already in memory.
 */
export type GuardedFetch = (url: string, request: GuardedRequest) => Promise<Response>;
