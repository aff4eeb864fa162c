// The MCP servers that people sign in to, with what each permission means.

export interface ProtectedResource {
  /** The resource indicator (RFC 8707): the server's URL. */
  readonly url: string;
  readonly name: string;
  /** Scope → what it allows, in words for the consent page. */
  readonly scopes: Readonly<Record<string, string>>;
  /** What a client gets that asks for nothing in particular, and what the first challenge names. */
  readonly baseScopes: readonly string[];
}

export interface ProtectedResources {
  find(url: string): ProtectedResource | undefined;
  readonly all: readonly ProtectedResource[];
}

export function createProtectedResources(all: readonly ProtectedResource[]): ProtectedResources {
  return { all, find: (url) => all.find((resource) => resource.url === url) };
}
