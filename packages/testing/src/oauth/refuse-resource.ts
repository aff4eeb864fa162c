// How authorization servers that do not know `resource` (RFC 8707) say no to it.
import type { AuthorizationServerSwitch } from "./quirks.ts";

export interface OAuthRefusal extends Readonly<Record<string, string>> {
  readonly error: string;
}

/** `null`: the request is fine. */
export function refuseResource(
  parameters: URLSearchParams,
  quirks: ReadonlySet<AuthorizationServerSwitch>,
): OAuthRefusal | null {
  if (!parameters.has("resource")) return null;
  if (quirks.has("resource-refused")) return { error: "invalid_target" };
  if (!quirks.has("resource-refused-entra")) return null;
  const reason = "The resource parameter provided in the request doesn't match with the requested scopes.";
  return { error: "invalid_request", error_description: `AADSTS9010010: ${reason}` };
}
