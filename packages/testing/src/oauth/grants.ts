// What a mock authorization server has handed out: clients, codes, grants and their tokens.

export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly redirectUris: readonly string[];
}

interface Consented {
  readonly clientId: string;
  readonly resource: string | null;
  readonly scopes: readonly string[];
  /** Whose it is. */
  readonly account: string;
  /** Asked for with `access_type=offline`. */
  readonly offline: boolean;
}

export interface AuthorizationCode extends Consented {
  readonly redirectUri: string;
  readonly challenge: string;
}

export interface Grant extends Consented {
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
  /** Registrations with which nobody has signed in: when they were made, in ms since the epoch. */
  readonly unused: Map<string, number>;
  readonly codes: Map<string, AuthorizationCode>;
  readonly access: Map<string, IssuedAccess>;
  open(facts: Consented): Grant;
  byRefreshToken(token: string): Grant | undefined;
  endAll(): void;
}

export function createGrantBook(): GrantBook {
  const grants = new Set<Grant>();
  return {
    clients: new Map(),
    unused: new Map(),
    codes: new Map(),
    access: new Map(),
    open({ clientId, resource, scopes, account, offline }) {
      const grant: Grant = {
        clientId,
        resource,
        scopes,
        account,
        offline,
        refreshTokens: new Set(),
        spent: new Set(),
        ended: false,
      };
      grants.add(grant);
      return grant;
    },
    byRefreshToken: (token) => [...grants].find((grant) => grant.refreshTokens.has(token) || grant.spent.has(token)),
    endAll() {
      for (const grant of grants) grant.ended = true;
    },
  };
}
