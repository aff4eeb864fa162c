// The one grant of each server: facts in a row, the tokens sealed, every change under a version.
import type { SqlDatabase, SqlRow } from "../../sql/database.ts";
import { McpError } from "../errors.ts";
import type { SealedSecret, SecretAddress, Vault } from "../vault.ts";
import type { TokenServer } from "./authorization-server.ts";
import { type ClientCredentials, readCredentials, writeCredentials } from "./client-credentials.ts";
import { parseObject } from "./metadata-document.ts";
import { readProvider, readScopes, writeScopes } from "./row-values.ts";

/** `expired` and `revoked` keep the row, so that the next sign-in can say why it is asked for. */
export type GrantStatus = "active" | "expired" | "revoked";

export interface Grant {
  /** New with every write; whoever changes or gives up a grant names the version it saw. */
  readonly version: string;
  readonly status: GrantStatus;
  /** How the present access token came to be. */
  readonly origin: "sign-in" | "refresh" | "machine";
  readonly issuer: string;
  readonly resource: string;
  readonly scopes: readonly string[] | null;
  readonly renewable: boolean;
  readonly obtainedAt: number;
  readonly refreshAt: number | null;
  readonly expiresAt: number | null;
  /** Set while a refresh is under way; found set by nobody's doing, its answer was lost with the isolate. */
  readonly refreshingSince: number | null;
  /** `null`: only its issuer is known, because it was not given to this package; see `locateProvider`. */
  readonly provider: TokenServer | null;
}

export interface GrantSecrets {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** The client the grant was given to: no other one can renew or revoke it. */
  readonly client: ClientCredentials;
  /** Thumbprint of the key the tokens are bound to (RFC 9449); `null`: they are Bearer tokens. */
  readonly proofKey: string | null;
  /** Which machine grant they came from; `null`: a person signed in. */
  readonly machine: string | null;
  /**
   * Refresh tokens of sign-ins that this one replaced, given back with it and not before: providers that know a person's
   * sign-ins as one grant would end this one, too.
   */
  readonly earlier: readonly string[];
}

export interface TokenStore {
  grant(serverId: string): Grant | null;
  /** Rejects with `vault-locked`. */
  secrets(serverId: string, grant: Grant): Promise<GrantSecrets>;
  seal(serverId: string, issuer: string, secrets: GrantSecrets): Promise<SealedSecret>;
  /** Synchronous. `replaces`: the version this follows (`null`: whatever is there). `false` when another one stands there. */
  save(serverId: string, grant: Grant, sealed: SealedSecret, replaces: string | null): boolean;
  /** Synchronous. Gives the grant up unless it was replaced meanwhile. */
  giveUp(serverId: string, version: string, status: Exclude<GrantStatus, "active">): void;
  setRefreshing(serverId: string, version: string, since: number | null): void;
  /** Not renewed before `until`, unless the grant was replaced meanwhile. */
  postpone(serverId: string, version: string, until: number): void;
  deleteAll(serverId: string): void;
}

export function createTokenStore(sql: SqlDatabase, vault: Vault): TokenStore {
  /** What was opened last, so that a call costs no decryption. Bound to a version, so it cannot be stale. */
  const opened = new Map<string, { readonly version: string; readonly secrets: GrantSecrets }>();
  const address = (serverId: string, issuer: string): SecretAddress => ({ serverId, kind: "tokens", scope: issuer });
  const grant = (serverId: string) =>
    toGrant(sql.all<SqlRow>("SELECT * FROM agents_mcp_oauth_tokens WHERE server_id = ?", serverId)[0]);

  return {
    grant,
    async secrets(serverId, { version, issuer }) {
      const known = opened.get(serverId);
      if (known?.version === version) return known.secrets;
      const text = await vault.open(address(serverId, issuer));
      const secrets = text === null ? null : readSecrets(text);
      if (secrets === null) throw new McpError("vault-locked", { serverId });
      // Between reading the row and opening the text another version may have been written.
      if (grant(serverId)?.version === version) opened.set(serverId, { version, secrets });
      return secrets;
    },
    seal: (serverId, issuer, { client, ...tokens }) =>
      vault.seal(address(serverId, issuer), JSON.stringify({ ...tokens, client: writeCredentials(client) })),
    save: (serverId, next, sealed, replaces) =>
      sql.transaction(() => {
        const present = grant(serverId);
        if (replaces !== null && present?.version !== replaces) return false;
        if (present !== null && present.issuer !== next.issuer) vault.delete(address(serverId, present.issuer));
        vault.put(sealed);
        sql.run(
          "INSERT OR REPLACE INTO agents_mcp_oauth_tokens (server_id, version, status, origin, issuer, resource, scopes, renewable, " +
            "obtained_at, refresh_at, expires_at, refreshing_since, provider) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          serverId,
          next.version,
          next.status,
          next.origin,
          next.issuer,
          next.resource,
          writeScopes(next.scopes),
          next.renewable ? 1 : 0,
          next.obtainedAt,
          next.refreshAt,
          next.expiresAt,
          next.refreshingSince,
          JSON.stringify(next.provider),
        );
        return true;
      }),
    giveUp(serverId, version, status) {
      sql.run(
        "UPDATE agents_mcp_oauth_tokens SET status = ?, refreshing_since = NULL WHERE server_id = ? AND version = ? AND status = 'active'",
        status,
        serverId,
        version,
      );
    },
    setRefreshing(serverId, version, since) {
      sql.run(
        "UPDATE agents_mcp_oauth_tokens SET refreshing_since = ? WHERE server_id = ? AND version = ?",
        since,
        serverId,
        version,
      );
    },
    postpone(serverId, version, until) {
      sql.run(
        "UPDATE agents_mcp_oauth_tokens SET refresh_at = ? WHERE server_id = ? AND version = ?",
        until,
        serverId,
        version,
      );
    },
    deleteAll(serverId) {
      const present = grant(serverId);
      if (present !== null) vault.delete(address(serverId, present.issuer));
      sql.run("DELETE FROM agents_mcp_oauth_tokens WHERE server_id = ?", serverId);
      opened.delete(serverId);
    },
  };
}

function readSecrets(text: string): GrantSecrets | null {
  const { accessToken, refreshToken, client, proofKey, machine, earlier } = parseObject(text) ?? {};
  const textOrNull = (value: unknown) => (typeof value === "string" ? value : null);
  const credentials = typeof client === "string" ? readCredentials(client) : null;
  if (typeof accessToken !== "string" || credentials === null) return null;
  return {
    accessToken,
    refreshToken: textOrNull(refreshToken),
    client: credentials,
    proofKey: textOrNull(proofKey),
    machine: textOrNull(machine),
    earlier: Array.isArray(earlier) ? earlier.map(String) : [],
  };
}

function toGrant(row: SqlRow | undefined): Grant | null {
  if (row === undefined) return null;
  const unknown = row["provider"] === JSON.stringify(null);
  const provider = unknown ? null : readProvider(row["provider"]);
  if (provider === null && !unknown) return null;
  const time = (name: string) => (row[name] === null ? null : Number(row[name]));
  return {
    version: String(row["version"]),
    status: row["status"] as GrantStatus,
    origin: row["origin"] as Grant["origin"],
    issuer: String(row["issuer"]),
    resource: String(row["resource"]),
    scopes: readScopes(row["scopes"]),
    renewable: row["renewable"] === 1,
    obtainedAt: Number(row["obtained_at"]),
    refreshAt: time("refresh_at"),
    expiresAt: time("expires_at"),
    refreshingSince: time("refreshing_since"),
    provider,
  };
}
