// What an operator adds to the address a person is sent to, because its provider wants it so.
import { McpError } from "../errors.ts";

/** Parameters that the sign-in itself rests on, and those that could put others in their place (RFC 9101, OAuth 2.0 Multiple Response Types). */
const OWN: ReadonlySet<string> = new Set([
  "client_assertion",
  "client_assertion_type",
  "client_id",
  "client_secret",
  "code_challenge",
  "code_challenge_method",
  "prompt",
  "redirect_uri",
  "request",
  "request_uri",
  "resource",
  "response_mode",
  "response_type",
  "scope",
  "state",
]);

const NAME = /^[A-Za-z0-9_.-]{1,64}$/;
const MAX_PARAMETERS = 20;
const MAX_VALUE = 512;

/** Throws `option-invalid`. */
export function checkAuthorizationParameters(given: Readonly<Record<string, unknown>> | undefined): void {
  const entries = Object.entries(given ?? {});
  const refused = (rule: string) =>
    new McpError("option-invalid", { detail: `oauth.authorizationParameters ${rule}.` });
  if (entries.length > MAX_PARAMETERS) throw refused(`has at most ${MAX_PARAMETERS} entries`);
  for (const [name, value] of entries) {
    if (OWN.has(name.toLowerCase())) throw refused(`cannot set ${name}, which the sign-in sets by itself`);
    if (!NAME.test(name) || typeof value !== "string" || value.length > MAX_VALUE)
      throw refused("holds short texts under plain names");
  }
}
