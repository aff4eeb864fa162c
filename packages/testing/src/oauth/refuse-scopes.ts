// How authorization servers say no to scopes.
import type { AuthorizationServerSwitch } from "./quirks.ts";
import type { OAuthRefusal } from "./refuse-resource.ts";

const OPENID = new Set(["openid", "profile", "email", "offline_access"]);

/** `null`: they are fine. */
export function refuseScopes(
  scopes: readonly string[],
  quirks: ReadonlySet<AuthorizationServerSwitch>,
): OAuthRefusal | null {
  const refused =
    (quirks.has("scope-required") && scopes.length === 0) ||
    (quirks.has("oidc-scopes-refused") && scopes.some((scope) => OPENID.has(scope)));
  if (refused) return { error: "invalid_scope" };
  const named = scopes.filter((scope) => !OPENID.has(scope));
  const isMixed = named.length > 1 && named.some((scope) => scope.endsWith("/.default"));
  if (!quirks.has("default-scope-alone") || !isMixed) return null;
  const reason = "The scope .default cannot be combined with scopes of a resource.";
  return { error: "invalid_scope", error_description: `AADSTS70011: ${reason}` };
}
