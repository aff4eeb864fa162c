// The one error class of the engine, and the two documented questions about an error.
import { ERROR_CODES, type ErrorCode } from "@agents-internal/protocol";

/** What an HTTP answer said about authorization; `header` is `WWW-Authenticate` as received. */
export interface HttpChallenge {
  readonly status: 401 | 403;
  readonly header: string | null;
  /** The tool whose call it answered. */
  readonly tool?: string | undefined;
}

export interface McpErrorDetails {
  /** Extra words for a developer. Never contains a secret; text from a server only after cleaning. */
  readonly detail?: string | undefined;
  /** Said before everything else, e.g. what was being done. */
  readonly context?: string | undefined;
  /** HTTP status of the answer that failed. */
  readonly status?: number | undefined;
  /** JSON-RPC error code of the answer that failed. */
  readonly rpcCode?: number | undefined;
  readonly serverId?: string | undefined;
  /** ms before which trying again makes no sense, as far as that is known. */
  readonly retryAfter?: number | undefined;
  /** Present on `authorization-required`, `insufficient-scope` and `forbidden`. */
  readonly challenge?: HttpChallenge | undefined;
  readonly cause?: unknown;
}

/**
 * Thrown by every MCP operation that fails.
 *
 * `code` is stable and decides what to do; `message` is for people and may change.
 */
export class McpError extends Error {
  override readonly name = "McpError";
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly detail: string | undefined;
  readonly status: number | undefined;
  readonly rpcCode: number | undefined;
  readonly serverId: string | undefined;
  readonly retryAfter: number | undefined;
  readonly challenge: HttpChallenge | undefined;

  constructor(code: ErrorCode, details: McpErrorDetails = {}) {
    const facts = ERROR_CODES[code];
    const reason = details.detail ? `${facts.message} ${details.detail}` : facts.message;
    super(details.context ? `${details.context}: ${reason}` : reason, { cause: details.cause });
    this.code = code;
    this.retryable = facts.retryable;
    this.detail = details.detail;
    this.status = details.status;
    this.rpcCode = details.rpcCode;
    this.serverId = details.serverId;
    this.retryAfter = details.retryAfter;
    this.challenge = details.challenge;
  }

  /** Wrap anything that was thrown. An `McpError` comes back as itself. */
  static from(thrown: unknown, fallback: ErrorCode = "internal-error"): McpError {
    if (thrown instanceof McpError) return thrown;
    return new McpError(fallback, { cause: thrown });
  }
}

/** The last four only ever follow a 401 as well: the server asks for a sign-in, and it could not be begun. */
const UNAUTHORIZED: ReadonlySet<string> = new Set<ErrorCode>([
  "authorization-required",
  "callback-host-required",
  "token-rejected",
  "authorization-server-not-found",
  "resource-metadata-missing",
  "client-id-required",
  "registration-refused",
]);

/** True when the server asks for a sign-in. Decided by status and code, never by text. */
export function isUnauthorized(error: unknown): boolean {
  if (error instanceof McpError) return UNAUTHORIZED.has(error.code) || error.status === 401;
  return statusOf(error) === 401;
}

/** True when the server does not offer the transport that was tried (404 or 405 on the first request). */
export function isTransportNotImplemented(error: unknown): boolean {
  if (error instanceof McpError) return error.code === "transport-not-implemented";
  const status = statusOf(error);
  return status === 404 || status === 405;
}

/** Numeric HTTP status of a foreign error, if it carries one. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { status, code } = error as { status?: unknown; code?: unknown };
  if (typeof status === "number") return status;
  return typeof code === "number" && code >= 100 && code < 600 ? code : undefined;
}
