// What is kept of a secret that only has to be recognised.

/** SHA-256 as hexadecimal. Enough for 256-bit random values: there is nothing to guess. */
export async function hashSecret(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
