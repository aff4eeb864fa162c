// The tables of authorization. Nothing in them is secret: secrets lie in the vault, state and cookies as SHA-256.

export const OAUTH_TABLES = `
CREATE TABLE IF NOT EXISTS agents_mcp_oauth_flows (
  flow_id TEXT PRIMARY KEY,
  server_id TEXT NOT NULL UNIQUE,
  server_url TEXT NOT NULL,
  callback_url TEXT NOT NULL,
  reason TEXT NOT NULL,
  scopes TEXT,
  resource TEXT NOT NULL,
  provider TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS agents_mcp_oauth_attempts (
  attempt_id TEXT PRIMARY KEY,
  flow_id TEXT NOT NULL,
  server_id TEXT NOT NULL,
  state_hash TEXT UNIQUE,
  cookie_hash TEXT NOT NULL,
  issuer TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  resource TEXT NOT NULL,
  scopes TEXT,
  stage TEXT NOT NULL,
  number INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS agents_mcp_oauth_attempts_by_flow ON agents_mcp_oauth_attempts (flow_id);
CREATE TABLE IF NOT EXISTS agents_mcp_oauth_tokens (
  server_id TEXT PRIMARY KEY,
  version TEXT NOT NULL,
  status TEXT NOT NULL,
  origin TEXT NOT NULL,
  issuer TEXT NOT NULL,
  resource TEXT NOT NULL,
  scopes TEXT,
  renewable INTEGER NOT NULL,
  obtained_at INTEGER NOT NULL,
  refresh_at INTEGER,
  expires_at INTEGER,
  refreshing_since INTEGER,
  provider TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS agents_mcp_oauth_clients (
  server_id TEXT NOT NULL,
  issuer TEXT NOT NULL,
  source TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  secret_expires_at INTEGER,
  unusable INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (server_id, issuer)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS agents_mcp_oauth_callbacks (
  server_id TEXT PRIMARY KEY,
  place TEXT NOT NULL
) WITHOUT ROWID
`;

/** Which tools asked for a sign-in. */
export const OAUTH_FLOW_TOOLS = "ALTER TABLE agents_mcp_oauth_flows ADD COLUMN tools TEXT";
