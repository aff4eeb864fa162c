// The rows of client registrations: one a server and issuer, the credentials themselves in the vault.
import type { SqlDatabase } from "../../sql/database.ts";
import type { SecretAddress, SealedSecret, Vault } from "../vault.ts";
import { type ClientCredentials, readCredentials, writeCredentials } from "./client-credentials.ts";

export interface ClientRow {
  readonly issuer: string;
  readonly source: string;
  readonly redirectUri: string;
  /** ms since the epoch; `null`: never. */
  readonly secretExpiresAt: number | null;
  /** The provider no longer knows it. */
  readonly unusable: boolean;
}

export interface ClientStore {
  list(serverId: string): readonly ClientRow[];
  /** Rejects with `vault-locked`. */
  open(serverId: string, issuer: string): Promise<ClientCredentials | null>;
  /** Rejects with the vault's codes. */
  save(serverId: string, row: Omit<ClientRow, "unusable">, credentials: ClientCredentials): Promise<void>;
  /** The next sign-in registers anew. Nothing is deleted: a grant may still need these credentials. */
  markUnusable(serverId: string, issuer: string): void;
  deleteAll(serverId: string): void;
}

type Row = { issuer: string; source: string; redirect_uri: string; secret_expires_at: number | null; unusable: number };

export function createClientStore(sql: SqlDatabase, vault: Vault): ClientStore {
  const address = (serverId: string, issuer: string): SecretAddress => ({ serverId, kind: "client", scope: issuer });

  const list = (serverId: string): readonly ClientRow[] =>
    sql
      .all<Row>(
        "SELECT issuer, source, redirect_uri, secret_expires_at, unusable FROM agents_mcp_oauth_clients WHERE server_id = ?",
        serverId,
      )
      .map((row) => ({
        issuer: row.issuer,
        source: row.source,
        redirectUri: row.redirect_uri,
        secretExpiresAt: row.secret_expires_at,
        unusable: row.unusable !== 0,
      }));

  function write(serverId: string, row: Omit<ClientRow, "unusable">, sealed: SealedSecret): void {
    sql.transaction(() => {
      vault.put(sealed);
      sql.run(
        "INSERT INTO agents_mcp_oauth_clients (server_id, issuer, source, redirect_uri, secret_expires_at, unusable) VALUES (?, ?, ?, ?, ?, 0) " +
          "ON CONFLICT (server_id, issuer) DO UPDATE SET source = excluded.source, redirect_uri = excluded.redirect_uri, " +
          "secret_expires_at = excluded.secret_expires_at, unusable = 0",
        serverId,
        row.issuer,
        row.source,
        row.redirectUri,
        row.secretExpiresAt,
      );
    });
  }

  return {
    list,
    async open(serverId, issuer) {
      const text = await vault.open(address(serverId, issuer));
      return text === null ? null : readCredentials(text);
    },
    async save(serverId, row, credentials) {
      write(serverId, row, await vault.seal(address(serverId, row.issuer), writeCredentials(credentials)));
    },
    markUnusable(serverId, issuer) {
      sql.run("UPDATE agents_mcp_oauth_clients SET unusable = 1 WHERE server_id = ? AND issuer = ?", serverId, issuer);
    },
    deleteAll(serverId) {
      for (const { issuer } of list(serverId)) vault.delete(address(serverId, issuer));
      sql.run("DELETE FROM agents_mcp_oauth_clients WHERE server_id = ?", serverId);
    },
  };
}
