// Reads what token endpoints really answer, and lets nothing pass that is not the kind of token that was asked for.
import { McpError } from "../errors.ts";
import { parseScopes } from "./challenge.ts";
import { errorCodeOf, isTransient } from "./error-answer.ts";
import { parseObject } from "./metadata-document.ts";
import { readRetryAfter } from "./retry-after.ts";

export interface GrantedTokens {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** Seconds; `null` when not said, or said uselessly (zero, negative, not a number). */
  readonly expiresIn: number | null;
  readonly scopes: readonly string[] | null;
}

export type TokenAnswer =
  | { readonly kind: "granted"; readonly tokens: GrantedTokens }
  /** A definite no. `error` is `null` when the answer was not in OAuth's own words (a proxy, a firewall). */
  | { readonly kind: "refused"; readonly error: string | null; readonly status: number };

/** `assertion`: one for another authorization server (RFC 8693), to be used once. */
export type TokenKind = "bearer" | "dpop" | "assertion";

export const ID_JAG = "urn:ietf:params:oauth:token-type:id-jag";

const MAX_TOKEN = 65_536;
/** A Bearer token as RFC 6750 allows it in a header; wider than its grammar, but nothing that could end the header. */
const TOKEN = /^[\x21-\x7E]+$/;

/**
 * Deployed servers answer 201, text instead of numbers, `null` fields, forms instead of JSON, no `token_type`, and errors with 200.
 *
 * Rejects with `McpError`: `http-error` (429, 5xx, "try later"), `token-response-invalid`, `dpop-unsupported`, and what reading the body throws.
 */
export async function readTokenAnswer(response: Response, kind: TokenKind = "bearer"): Promise<TokenAnswer> {
  const { status } = response;
  const body = parseBody(await readText(response), response.headers.get("content-type"));
  const error = errorCodeOf(body);
  if (status === 429 || status >= 500 || (error !== null && isTransient(error)))
    throw new McpError("http-error", { status, detail: `(${status})`, retryAfter: readRetryAfter(response.headers) });
  if (status !== 200 && status !== 201) return { kind: "refused", error, status };
  if (body !== null && body["error"] !== undefined && body["error"] !== null) return { kind: "refused", error, status };
  return { kind: "granted", tokens: readTokens(body ?? {}, kind) };
}

/** What a token endpoint said, without how it said it. Throws `token-response-invalid` or `dpop-unsupported`. */
export function readTokens(body: Readonly<Record<string, unknown>>, kind: TokenKind): GrantedTokens {
  checkKind(body, kind);
  const accessToken = readToken(body["access_token"]);
  if (accessToken === null) throw invalid("access_token");
  const scope = body["scope"];
  return {
    accessToken,
    refreshToken: readToken(body["refresh_token"]),
    expiresIn: readSeconds(body["expires_in"]),
    scopes: typeof scope === "string" ? parseScopes(scope) : null,
  };
}

function checkKind(body: Readonly<Record<string, unknown>>, kind: TokenKind): void {
  if (kind === "assertion") {
    // Its `token_type` says only that it is no access token (RFC 8693 section 2.2.1).
    if (body["issued_token_type"] !== ID_JAG) throw invalid("issued_token_type");
    return;
  }
  const type = body["token_type"] ?? "Bearer";
  if (typeof type === "string" && type.toLowerCase() === kind) return;
  // A token that anybody could use was not what was asked for (RFC 9449 section 5).
  throw kind === "dpop" ? new McpError("dpop-unsupported", { detail: "(token_type)" }) : invalid("token_type");
}

function readToken(value: unknown): string | null {
  if (value === undefined || value === null || value === "") return null;
  if (typeof value !== "string" || value.length > MAX_TOKEN || !TOKEN.test(value)) throw invalid("token");
  return value;
}

function readSeconds(value: unknown): number | null {
  const seconds = typeof value === "string" ? Number.parseFloat(value) : value;
  return typeof seconds === "number" && Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}

function parseBody(text: string, contentType: string | null): Record<string, unknown> | null {
  const json = parseObject(text);
  if (json !== null) return json;
  const isForm = contentType?.toLowerCase().startsWith("application/x-www-form-urlencoded") ?? false;
  return isForm || /^[\w.-]+=[^<>{}]*$/.test(text.trim()) ? Object.fromEntries(new URLSearchParams(text.trim())) : null;
}

async function readText(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    throw McpError.from(error, "host-unreachable");
  }
}

function invalid(field: string): McpError {
  return new McpError("token-response-invalid", { detail: `(${field})` });
}
