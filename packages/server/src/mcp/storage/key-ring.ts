// The keys an operator configured: the first one writes, all of them read.
import { McpError } from "../errors.ts";
import type { HostIdentity } from "../ports.ts";
import { decodeBase64Url } from "../base64url.ts";
import type { SealKey } from "./seal.ts";

export interface KeyRing {
  /** Id of the key that writes. */
  readonly writer: string;
  /** The wrapping key of this object under the key `id`, or `null` when the ring lacks it. */
  wrappingKey(id: string): Promise<SealKey | null>;
}

const MIN_SECRET_BYTES = 32;
const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;

/** Stands for the key that lies in the object's own database; not allowed in a configured ring. */
export const LOCAL_KEY_ID = "*";

/**
 * Read a ring from text: `id:base64secret`, several separated by commas, at least 32 bytes each.
 *
 * Throws `McpError` `vault-key-invalid`; the detail names the position of the bad entry, never its content.
 */
export function parseKeyRing(text: string, identity: HostIdentity): KeyRing {
  const secrets = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [index, entry] of text.split(",").entries()) {
    const colon = entry.indexOf(":");
    const id = entry.slice(0, Math.max(colon, 0)).trim();
    const secret = decodeBase64Url(entry.slice(colon + 1).trim());
    const place = `Entry ${index + 1} of the vault key`;
    if (!KEY_ID.test(id)) throw invalid(`${place} does not have the form id:base64secret.`);
    if (secret === null) throw invalid(`${place} is not base64.`);
    if (secret.length < MIN_SECRET_BYTES) throw invalid(`${place} is shorter than ${MIN_SECRET_BYTES} bytes.`);
    if (secrets.has(id)) throw invalid(`${place} repeats an id.`);
    secrets.set(id, secret);
  }
  const [writer] = secrets.keys();
  if (writer === undefined) throw invalid("The vault key is empty.");
  return createRing(writer, secrets, identity);
}

/** A ring of the one key that lies in the object's database. Protects against nothing but a row that is read alone. */
export function localKeyRing(secret: Uint8Array<ArrayBuffer>, identity: HostIdentity): KeyRing {
  return createRing(LOCAL_KEY_ID, new Map([[LOCAL_KEY_ID, secret]]), identity);
}

function createRing(
  writer: string,
  secrets: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
  identity: HostIdentity,
): KeyRing {
  const derived = new Map<string, Promise<SealKey>>();
  return {
    writer,
    async wrappingKey(id) {
      const secret = secrets.get(id);
      if (secret === undefined) return null;
      const known = derived.get(id) ?? deriveWrappingKey(secret, identity);
      derived.set(id, known);
      return known;
    },
  };
}

/** Each object gets a wrapping key of its own, so that one object's key says nothing about another's. */
async function deriveWrappingKey(secret: Uint8Array<ArrayBuffer>, identity: HostIdentity): Promise<SealKey> {
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const info = new Uint8Array(
    new TextEncoder().encode(JSON.stringify(["agents/vault/wrap/v1", identity.className, identity.instance])),
  );
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info },
    base,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

function invalid(detail: string): McpError {
  return new McpError("vault-key-invalid", { detail });
}
