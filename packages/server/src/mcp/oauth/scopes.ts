// Which scopes a sign-in asks for.
import type { AuthReason } from "@agents-internal/protocol";

export interface ScopeSources {
  readonly reason: AuthReason;
  /** `options.oauth.scopes`: exactly these, nothing is added. */
  readonly configured: readonly string[] | undefined;
  readonly challenged: readonly string[] | null;
  /** `scopes_supported` of the protected resource. */
  readonly resource: readonly string[] | null;
  /** What the present grant allows. */
  readonly granted: readonly string[] | null;
  /** `scopes_supported` of the authorization server. */
  readonly provider: readonly string[] | null;
}

const OFFLINE = "offline_access";

/** `null`: the parameter is left out and the provider decides (MCP authorization, "Scope Selection Strategy"). */
export function selectScopes(sources: ScopeSources): readonly string[] | null {
  if (sources.configured !== undefined) return sources.configured.length === 0 ? null : sources.configured;
  const wanted = sources.challenged ?? sources.resource;
  // Asking for less than before would lose what the grant already allows.
  const all = sources.reason === "more-scope" ? unite(sources.granted, wanted) : wanted;
  if (all === null || all.length === 0) return null;
  const offered = sources.provider?.includes(OFFLINE) ?? false;
  const plain = all.filter((scope) => scope !== OFFLINE);
  if (plain.length === 0) return null;
  return offered ? [...plain, OFFLINE] : plain;
}

export function unite(first: readonly string[] | null, second: readonly string[] | null): readonly string[] | null {
  if (first === null && second === null) return null;
  return [...new Set([...(first ?? []), ...(second ?? [])])];
}
