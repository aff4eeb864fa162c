// What an HTTP answer that is not a success means. Decided by status and JSON-RPC code, never by text.
import { McpError } from "../errors.ts";
import { challengeError } from "./challenge-error.ts";

/** The answers Cloudflare's edge gives when the origin itself cannot be reached. */
const EDGE_UNREACHABLE = new Set([521, 522, 523, 525, 526, 530]);
/** What servers of the 2025 revisions put into a 400 for a session they do not know; the id is then `null`. */
const SESSION_CODES = new Set([-32_000, -32_001]);
/** UnsupportedProtocolVersion (2026-07-28, "Versioning"): the server speaks other revisions than when it was connected to. */
const UNSUPPORTED_VERSION = -32_022;

/** A 401 or 403: whether a sign-in, more permission, or nothing helps. */
export function authorizationError(status: 401 | 403, header: string | null, ownCredentials: boolean): McpError {
  const details = { status, challenge: { status, header } };
  if (status === 403)
    return new McpError(challengeError(header) === "insufficient_scope" ? "insufficient-scope" : "forbidden", details);
  // Somebody who sends a credential of their own cannot be helped by a sign-in whose token would never be sent.
  return new McpError(ownCredentials ? "token-rejected" : "authorization-required", details);
}

/** Any other failing status, outside the first request. */
export function statusError(status: number): McpError {
  return new McpError(EDGE_UNREACHABLE.has(status) ? "host-unreachable" : "http-error", {
    status,
    detail: `(HTTP ${status})`,
  });
}

/** A failing status of the very first request: the server may not know this transport at all. */
export function firstStatusError(status: number): McpError {
  return status === 404 || status === 405 || status === 400
    ? new McpError("transport-not-implemented", { status, detail: `(HTTP ${status})` })
    : statusError(status);
}

/** Whether an answer says that what was agreed at the beginning holds no more; the request was not run then. */
export function isSessionLost(answer: {
  readonly status: number;
  readonly sentSession: boolean;
  /** Code of the JSON-RPC error, if it is one. */
  readonly code: number | null;
  /** The same where the error names no request. */
  readonly anonymousCode: number | null;
}): boolean {
  if (answer.code === UNSUPPORTED_VERSION) return true;
  if (answer.status === 404) return answer.sentSession;
  return answer.status === 400 && answer.anonymousCode !== null && SESSION_CODES.has(answer.anonymousCode);
}

/** The essence of a content type, lower-case, without parameters. */
export function mediaType(response: Response): string {
  return (response.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

export function isJson(type: string): boolean {
  return type === "application/json" || type.endsWith("+json");
}
