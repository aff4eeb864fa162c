// What an OAuth error answer says, without ever repeating more of it than its code.

import type { ErrorCode } from "@agents-internal/protocol";

const CODE = /^[A-Za-z0-9_.-]{1,64}$/;

/** The `error` of a body (RFC 6749 section 5.2), when it looks like a code at all. */
export function errorCodeOf(body: Readonly<Record<string, unknown>> | null): string | null {
  const error = body?.["error"];
  if (refusesResource(body?.["error_description"])) return INVALID_TARGET;
  return typeof error === "string" && CODE.test(error) ? (IN_OTHER_WORDS.get(error) ?? error) : null;
}

/** Codes of providers' own making that mean one of RFC 6749 of which something follows here: GitHub's for a wrong secret. */
const IN_OTHER_WORDS: ReadonlyMap<string, string> = new Map([["incorrect_client_credentials", "invalid_client"]]);

/** What RFC 8707 section 2 says to a `resource` that is not taken. */
const INVALID_TARGET = "invalid_target";

/** A code of Microsoft Entra, which stands in the description only: scopes and `resource` do not go together there. */
function refusesResource(description: unknown): boolean {
  return typeof description === "string" && /\bAADSTS9010010\b/.test(description);
}

/** The code of a refusal at the authorization endpoint, in the words of RFC 8707 where it is about `resource`. */
export function authorizationErrorOf(error: string, description: string | null): string {
  return refusesResource(description) ? INVALID_TARGET : error;
}

/** The provider has forgotten our registration, or does not take it; RFC 6749 sections 4.1.2.1 and 5.2. */
export function isUnknownClient(error: string | null): boolean {
  return error === "invalid_client" || error === "unauthorized_client";
}

/** Our name for the no of a token endpoint. */
export function refusalCode(error: string | null): Extract<ErrorCode, "resource-refused" | "token-refused"> {
  return error === INVALID_TARGET ? "resource-refused" : "token-refused";
}

/** Codes after which the same request may succeed later. */
export function isTransient(code: string): boolean {
  return code === "temporarily_unavailable" || code === "server_error" || code === "slow_down";
}
