// The data key of each server: made once, wrapped by the ring, re-wrapped when an older key opened it.
import { McpError } from "../errors.ts";
import type { HostIdentity, Log } from "../ports.ts";
import type { SqlDatabase } from "../../sql/database.ts";
import { encodeBase64Url } from "../base64url.ts";
import type { KeyRing } from "./key-ring.ts";
import { importSealKey, openBytes, type SealKey, sealBytes } from "./seal.ts";

export interface DataKey {
  /** Names this very key inside sealed values, so that a value never meets the key of a later life of the same id. */
  readonly reference: string;
  readonly key: SealKey;
}

export interface DataKeys {
  /** The server's key, or `null` when it has none yet. Rejects with `vault-locked` when no key of the ring opens it. */
  existing(serverId: string): Promise<DataKey | null>;
  /** The server's key, made in memory when there is none; `ensureStored` writes it. */
  forWriting(serverId: string): Promise<DataKey>;
  /** Synchronous: the row of the key that sealed something exists afterwards. Throws `removed` when that key is gone. */
  ensureStored(serverId: string, reference: string): void;
  forget(serverId: string): void;
}

type KeyRow = { reference: string; key_id: string; wrapped: string };
type Fresh = DataKey & { readonly serverId: string; readonly keyId: string; readonly wrapped: string };

const KEY_BYTES = 32;

export function createDataKeys(deps: {
  readonly sql: SqlDatabase;
  readonly identity: HostIdentity;
  readonly log: Log;
  /** Rings in the order of trust: the first one writes. */
  readonly rings: () => readonly [KeyRing, ...KeyRing[]];
  /** Called, synchronously, when the row of a new key is written. */
  readonly onStored: (keyId: string) => void;
  /** Called, synchronously, when one row less needs the key `keyId`. */
  readonly onRewrapped: (keyId: string) => void;
}): DataKeys {
  const { sql, identity, log } = deps;
  const opened = new Map<string, DataKey>();
  const making = new Map<string, Promise<Fresh>>();
  /** New keys by reference. Kept after their row is written: the transaction around the write may still roll back. */
  const fresh = new Map<string, Fresh>();

  const readRow = (serverId: string) =>
    sql.all<KeyRow>("SELECT reference, key_id, wrapped FROM agents_mcp_vault_keys WHERE server_id = ?", serverId)[0];

  const wrapContext = (serverId: string, reference: string, keyId: string) => [
    "data-key",
    identity.className,
    identity.instance,
    serverId,
    reference,
    keyId,
  ];

  async function wrap(serverId: string, reference: string, bytes: Uint8Array<ArrayBuffer>) {
    const [ring] = deps.rings();
    const key = await ring.wrappingKey(ring.writer);
    if (key === null) throw new McpError("vault-key-invalid");
    return { keyId: ring.writer, wrapped: await sealBytes(key, wrapContext(serverId, reference, ring.writer), bytes) };
  }

  async function unwrap(serverId: string, row: KeyRow): Promise<Uint8Array<ArrayBuffer>> {
    for (const ring of deps.rings()) {
      const key = await ring.wrappingKey(row.key_id);
      const bytes = key && (await openBytes(key, wrapContext(serverId, row.reference, row.key_id), row.wrapped));
      if (bytes) return bytes;
    }
    throw new McpError("vault-locked", { serverId });
  }

  async function rewrap(serverId: string, row: KeyRow, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { keyId, wrapped } = await wrap(serverId, row.reference, bytes);
    sql.run(
      "UPDATE agents_mcp_vault_keys SET key_id = ?, wrapped = ? WHERE server_id = ? AND reference = ? AND key_id = ?",
      keyId,
      wrapped,
      serverId,
      row.reference,
      row.key_id,
    );
    deps.onRewrapped(row.key_id);
    log.info("vault-key-rewrapped", { serverId, from: row.key_id, to: keyId });
  }

  async function existing(serverId: string): Promise<DataKey | null> {
    const row = readRow(serverId);
    if (row === undefined) return null;
    const known = opened.get(serverId);
    if (known?.reference === row.reference) return known;
    const bytes = await unwrap(serverId, row);
    if (row.key_id !== deps.rings()[0].writer) await rewrap(serverId, row, bytes);
    const dataKey = { reference: row.reference, key: await importSealKey(bytes) };
    opened.set(serverId, dataKey);
    return dataKey;
  }

  async function make(serverId: string): Promise<Fresh> {
    const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
    const reference = encodeBase64Url(crypto.getRandomValues(new Uint8Array(9)));
    return { serverId, reference, key: await importSealKey(bytes), ...(await wrap(serverId, reference, bytes)) };
  }

  return {
    existing,
    async forWriting(serverId) {
      const stored = await existing(serverId);
      if (stored !== null) return stored;
      const work = making.get(serverId) ?? make(serverId);
      making.set(serverId, work);
      try {
        const made = await work;
        fresh.set(made.reference, made);
        return made;
      } catch (error) {
        making.delete(serverId);
        throw error;
      }
    },
    ensureStored(serverId, reference) {
      const row = readRow(serverId);
      if (row?.reference === reference) return;
      const made = fresh.get(reference);
      if (row !== undefined || made === undefined) throw new McpError("removed", { serverId });
      sql.run(
        "INSERT INTO agents_mcp_vault_keys (server_id, reference, key_id, wrapped) VALUES (?, ?, ?, ?)",
        serverId,
        reference,
        made.keyId,
        made.wrapped,
      );
      deps.onStored(made.keyId);
    },
    forget(serverId) {
      sql.run("DELETE FROM agents_mcp_vault_keys WHERE server_id = ?", serverId);
      opened.delete(serverId);
      making.delete(serverId);
      for (const [reference, made] of fresh) {
        if (made.serverId === serverId) fresh.delete(reference);
      }
    },
  };
}
