// The tables of the vault.

/** Ciphertext only, except `agents_mcp_vault_local`, which exists in unkeyed mode alone. */
export const VAULT_TABLES = `
CREATE TABLE IF NOT EXISTS agents_mcp_vault_secrets (
  server_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  scope TEXT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (server_id, kind, scope)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS agents_mcp_vault_keys (
  server_id TEXT PRIMARY KEY,
  reference TEXT NOT NULL,
  key_id TEXT NOT NULL,
  wrapped TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS agents_mcp_vault_local (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  secret TEXT NOT NULL
) WITHOUT ROWID
`;
