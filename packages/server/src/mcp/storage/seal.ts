// AES-256-GCM over text: a random 96-bit IV per write, and everything that says where the value belongs as associated data.
import { decodeBase64Url, encodeBase64Url } from "../base64url.ts";

/** First part of every sealed value; also bound into it. */
export const SEAL_VERSION = "v1";

/** The platform's key type, named so that it is the same in Workers and in Node. */
export type SealKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

const IV_BYTES = 12;
const encoder = new TextEncoder();

/** `context` is bound, not stored: opening with another one fails. */
export async function sealBytes(
  key: SealKey,
  context: readonly string[],
  plain: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: associate(context) }, key, plain);
  return `${encodeBase64Url(iv)}.${encodeBase64Url(new Uint8Array(sealed))}`;
}

/** `null` when the key, the context or a single bit is not the one it was sealed with. */
export async function openBytes(
  key: SealKey,
  context: readonly string[],
  sealed: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const [ivText, bodyText] = sealed.split(".");
  const iv = decodeBase64Url(ivText ?? "");
  const body = decodeBase64Url(bodyText ?? "");
  if (iv?.length !== IV_BYTES || body === null) return null;
  try {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: associate(context) }, key, body);
    return new Uint8Array(plain);
  } catch {
    return null;
  }
}

export function importSealKey(bytes: Uint8Array<ArrayBuffer>): Promise<SealKey> {
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** JSON keeps the parts apart: no two lists of parts give the same bytes. */
function associate(context: readonly string[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encoder.encode(JSON.stringify([SEAL_VERSION, ...context])));
}
