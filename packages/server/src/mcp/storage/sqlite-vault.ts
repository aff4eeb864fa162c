// The vault over SQL rows: which keys are in force, and the rows of sealed values.
import type { SqlDatabase } from "../../sql/database.ts";
import { McpError } from "../errors.ts";
import type { HostIdentity, Log } from "../ports.ts";
import { decodeBase64Url, encodeBase64Url } from "../base64url.ts";
import { createDataKeys, type DataKey } from "./data-keys.ts";
import { type KeyRing, LOCAL_KEY_ID, localKeyRing, parseKeyRing } from "./key-ring.ts";
import { openBytes, SEAL_VERSION, sealBytes } from "./seal.ts";
import type { SecretAddress, Vault } from "../vault.ts";

export interface VaultDeps {
  readonly sql: SqlDatabase;
  readonly identity: HostIdentity;
  readonly log: Log;
  /** `id:base64secret[,id2:…]`; see {@link parseKeyRing}. Empty or missing: unkeyed mode. */
  readonly keys: string | undefined;
  /** Refuse to seal rather than run unkeyed. */
  readonly required: boolean;
}

/**
 * A vault whose rows are useless without the operator's key.
 *
 * Unkeyed mode seals with a random key that lies in the same database, so that nothing needs to be configured
 * to begin; it warns once per start. Rows that no key opens are left as they are (`vault-locked`).
 */
export function createVault({ sql, identity, log, keys, required }: VaultDeps): Vault {
  const keyed = keys !== undefined && keys.trim() !== "";
  const configured = keyed ? readRing(keys, identity) : null;
  let local: { readonly secret: Uint8Array<ArrayBuffer>; readonly ring: KeyRing } | undefined;
  let warned = false;

  function storedLocalSecret(): Uint8Array<ArrayBuffer> | null {
    const [row] = sql.all<{ secret: string }>("SELECT secret FROM agents_mcp_vault_local WHERE id = 1");
    return row === undefined ? null : decodeBase64Url(row.secret);
  }

  /** The local key is read while rows may still be wrapped with it, and made only when nothing is configured. */
  function localRing(make: boolean): KeyRing | null {
    if (local === undefined) {
      const secret = storedLocalSecret() ?? (make ? crypto.getRandomValues(new Uint8Array(32)) : null);
      if (secret === null) return null;
      local = { secret, ring: localKeyRing(secret, identity) };
    }
    return local.ring;
  }

  function rings(): readonly [KeyRing, ...KeyRing[]] {
    if (configured instanceof McpError) throw configured;
    const fallback = localRing(configured === null);
    if (configured !== null) return fallback === null ? [configured] : [configured, fallback];
    if (fallback === null) throw new McpError("vault-key-required");
    return [fallback];
  }

  const dataKeys = createDataKeys({
    sql,
    identity,
    log,
    rings,
    onStored(keyId) {
      if (keyId !== LOCAL_KEY_ID || local === undefined) return;
      sql.run(
        "INSERT INTO agents_mcp_vault_local (id, secret) VALUES (1, ?) ON CONFLICT (id) DO NOTHING",
        encodeBase64Url(local.secret),
      );
    },
    onRewrapped(keyId) {
      if (keyId !== LOCAL_KEY_ID) return;
      // The last row that needed the key beside it: from now on the database alone opens nothing.
      sql.run(
        "DELETE FROM agents_mcp_vault_local WHERE NOT EXISTS (SELECT 1 FROM agents_mcp_vault_keys WHERE key_id = ?)",
        LOCAL_KEY_ID,
      );
    },
  });

  function assertMayWrite(): void {
    if (keyed) return;
    if (required) throw new McpError("vault-key-required");
    if (warned) return;
    warned = true;
    log.warn("vault-unkeyed", {
      advice:
        "Secrets are sealed with a key that lies beside them. Configure a vault key; for an Agent, the secret AGENTS_VAULT_KEYS.",
    });
  }

  const context = (address: SecretAddress, dataKey: DataKey) => [
    "secret",
    identity.className,
    identity.instance,
    address.serverId,
    address.kind,
    address.scope,
    dataKey.reference,
  ];

  const readSealed = ({ serverId, kind, scope }: SecretAddress) =>
    sql.all<{ sealed: string }>(
      "SELECT sealed FROM agents_mcp_vault_secrets WHERE server_id = ? AND kind = ? AND scope = ?",
      serverId,
      kind,
      scope,
    )[0]?.sealed;

  return {
    status: keyed ? "keyed" : "unkeyed",
    async seal(address, plaintext) {
      assertMayWrite();
      const dataKey = await dataKeys.forWriting(address.serverId);
      const body = await sealBytes(
        dataKey.key,
        context(address, dataKey),
        new Uint8Array(new TextEncoder().encode(plaintext)),
      );
      return { address, sealed: `${SEAL_VERSION}.${dataKey.reference}.${body}` };
    },
    put({ address, sealed }) {
      const reference = sealed.split(".")[1] ?? "";
      sql.transaction(() => {
        dataKeys.ensureStored(address.serverId, reference);
        sql.run(
          "INSERT INTO agents_mcp_vault_secrets (server_id, kind, scope, sealed) VALUES (?, ?, ?, ?) " +
            "ON CONFLICT (server_id, kind, scope) DO UPDATE SET sealed = excluded.sealed",
          address.serverId,
          address.kind,
          address.scope,
          sealed,
        );
      });
    },
    async open(address) {
      const sealed = readSealed(address);
      if (sealed === undefined) return null;
      const [version, reference, ...body] = sealed.split(".");
      const dataKey = await dataKeys.existing(address.serverId);
      if (version !== SEAL_VERSION || dataKey === null || dataKey.reference !== reference) throw locked(address);
      const plain = await openBytes(dataKey.key, context(address, dataKey), body.join("."));
      if (plain === null) throw locked(address);
      return new TextDecoder().decode(plain);
    },
    delete(address) {
      if (readSealed(address) === undefined) return;
      const { serverId, kind, scope } = address;
      sql.run(
        "DELETE FROM agents_mcp_vault_secrets WHERE server_id = ? AND kind = ? AND scope = ?",
        serverId,
        kind,
        scope,
      );
    },
    deleteServer(serverId) {
      sql.transaction(() => {
        sql.run("DELETE FROM agents_mcp_vault_secrets WHERE server_id = ?", serverId);
        dataKeys.forget(serverId);
      });
    },
  };
}

/** A bad ring is reported when a secret is needed, not when the object starts: the rest must go on working. */
function readRing(keys: string, identity: HostIdentity): KeyRing | McpError {
  try {
    return parseKeyRing(keys, identity);
  } catch (error) {
    return McpError.from(error, "vault-key-invalid");
  }
}

function locked(address: SecretAddress): McpError {
  return new McpError("vault-locked", { serverId: address.serverId, detail: `(${address.kind})` });
}
