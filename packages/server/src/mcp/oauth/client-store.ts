// The rows of client registrations: one a server and issuer, the credentials themselves in the vault.
import type { SqlDatabase } from "../../sql/database.ts";
import type { SecretAddress, SealedSecret, Vault } from "../vault.ts";
import { type ClientCredentials, type ClientSource, readCredentials, writeCredentials } from "./client-credentials.ts";
import { parseManagement, type RegistrationManagement, writeManagement } from "./registration-management.ts";

export interface ClientRow {
  readonly issuer: string;
  readonly source: ClientSource;
  readonly redirectUri: string;
  /** ms since the epoch; `null`: never. */
  readonly secretExpiresAt: number | null;
  /** The provider no longer knows it. */
  readonly unusable: boolean;
}

type NewClient = readonly [
  serverId: string,
  row: Omit<ClientRow, "unusable">,
  credentials: ClientCredentials,
  management?: RegistrationManagement | null,
];

export interface ClientStore {
  list(serverId: string): readonly ClientRow[];
  /** Rejects with `vault-locked`. */
  open(serverId: string, issuer: string): Promise<ClientCredentials | null>;
  /** `null` where the provider offers none. Rejects with `vault-locked`. */
  openManagement(serverId: string, issuer: string): Promise<RegistrationManagement | null>;
  /** Seals at once and returns the synchronous part. Rejects with the vault's codes. */
  prepare(...client: NewClient): Promise<() => void>;
  /** {@link prepare} and write. */
  save(...client: NewClient): Promise<void>;
  /** The next sign-in registers anew, where it was registered at all. Nothing is deleted: a grant may still need these credentials. */
  markUnusable(serverId: string, issuer: string): void;
  deleteAll(serverId: string): void;
}

type Row = {
  issuer: string;
  source: ClientSource;
  redirect_uri: string;
  secret_expires_at: number | null;
  unusable: number;
};

export function createClientStore(sql: SqlDatabase, vault: Vault): ClientStore {
  const address = (serverId: string, issuer: string): SecretAddress => ({ serverId, kind: "client", scope: issuer });
  const managementAddress = (serverId: string, issuer: string): SecretAddress => ({
    serverId,
    kind: "registration",
    scope: issuer,
  });

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

  function write(
    serverId: string,
    row: Omit<ClientRow, "unusable">,
    sealed: SealedSecret,
    management: SealedSecret | null,
  ): void {
    sql.transaction(() => {
      vault.put(sealed);
      if (management === null) vault.delete(managementAddress(serverId, row.issuer));
      else vault.put(management);
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

  async function prepare(...[serverId, row, credentials, management = null]: NewClient): Promise<() => void> {
    const { issuer } = row;
    const [client, managed] = await Promise.all([
      vault.seal(address(serverId, issuer), writeCredentials(credentials)),
      management && vault.seal(managementAddress(serverId, issuer), writeManagement(management)),
    ]);
    return () => write(serverId, row, client, managed);
  }

  return {
    list,
    prepare,
    async open(serverId, issuer) {
      const text = await vault.open(address(serverId, issuer));
      return text === null ? null : readCredentials(text);
    },
    async openManagement(serverId, issuer) {
      const text = await vault.open(managementAddress(serverId, issuer));
      return text === null ? null : parseManagement(text);
    },
    async save(...client) {
      (await prepare(...client))();
    },
    markUnusable(serverId, issuer) {
      sql.run("UPDATE agents_mcp_oauth_clients SET unusable = 1 WHERE server_id = ? AND issuer = ?", serverId, issuer);
    },
    deleteAll(serverId) {
      for (const { issuer } of list(serverId)) {
        vault.delete(address(serverId, issuer));
        vault.delete(managementAddress(serverId, issuer));
      }
      sql.run("DELETE FROM agents_mcp_oauth_clients WHERE server_id = ?", serverId);
    },
  };
}
