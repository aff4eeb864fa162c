// The address at the provider that one attempt goes to.
import { calculatePKCECodeChallenge } from "oauth4webapi";
import type { AuthorizationServer } from "./authorization-server.ts";

export interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[] | null;
  readonly state: string;
  readonly verifier: string;
  /** `null`: left out. */
  readonly resource: string | null;
  /** What is asked for by name, on top of what the scopes need. */
  readonly prompt: string | null;
  /** What the operator adds. */
  readonly extra: Readonly<Record<string, string>>;
}

/** RFC 6749 section 4.1.1, RFC 7636, RFC 8707. Parameters the endpoint already carries are replaced, never doubled. */
export async function buildAuthorizationUrl(
  provider: AuthorizationServer,
  request: AuthorizationRequest,
): Promise<string> {
  const url = new URL(provider.authorizationEndpoint);
  const set = (name: string, value: string) => url.searchParams.set(name, value);
  for (const [name, value] of Object.entries(request.extra)) set(name, value);
  set("response_type", "code");
  set("client_id", request.clientId);
  set("redirect_uri", request.redirectUri);
  set("state", request.state);
  set("code_challenge", await calculatePKCECodeChallenge(request.verifier));
  set("code_challenge_method", "S256");
  if (request.resource === null) url.searchParams.delete("resource");
  else set("resource", request.resource);
  if (request.scopes === null) url.searchParams.delete("scope");
  else set("scope", request.scopes.join(" "));
  // OpenID Connect Core section 11: without consent a provider ignores offline_access.
  const consent = request.scopes?.includes("offline_access") ? "consent" : null;
  const prompts = new Set([request.prompt, consent].filter((value) => value !== null));
  if (prompts.size > 0) set("prompt", [...prompts].join(" "));
  return url.href;
}
