// What a mock authorization server has handed out: clients, codes, grants and their tokens.

export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly redirectUris: readonly string[];
}

export interface AuthorizationCode {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly resource: string | null;
  readonly scopes: readonly string[];
}

export interface Grant {
  readonly clientId: string;
  readonly resource: string | null;
  readonly scopes: readonly string[];
  readonly refreshTokens: Set<string>;
  /** Refresh tokens that were replaced. */
  readonly spent: Set<string>;
  ended: boolean;
}

export interface IssuedAccess {
  readonly grant: Grant;
  /** ms since the epoch */
  readonly expiresAt: number;
}

export interface GrantBook {
  readonly clients: Map<string, RegisteredClient>;
  readonly codes: Map<string, AuthorizationCode>;
  readonly access: Map<string, IssuedAccess>;
  open(facts: Pick<Grant, "clientId" | "resource" | "scopes">): Grant;
  byRefreshToken(token: string): Grant | undefined;
  endAll(): void;
}

export function createGrantBook(): GrantBook {
  const grants = new Set<Grant>();
  return {
    clients: new Map(),
    codes: new Map(),
    access: new Map(),
    open(facts) {
      const grant: Grant = { ...facts, refreshTokens: new Set(), spent: new Set(), ended: false };
      grants.add(grant);
      return grant;
    },
    byRefreshToken: (token) => [...grants].find((grant) => grant.refreshTokens.has(token) || grant.spent.has(token)),
    endAll() {
      for (const grant of grants) grant.ended = true;
    },
  };
}
