// What is kept of a secret that only has to be recognised.
import { encodeBase64Url } from "../storage/base64url.ts";

/** SHA-256 as base64url. Enough for 256-bit random values: there is nothing to guess. */
export async function hashSecret(secret: string): Promise<string> {
  return encodeBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret))));
}
