// Signs compact JWTs (RFC 7515): assertions that say who a client is, and proofs of possession.
import { encodeBase64Url } from "../base64url.ts";
import { parametersOf, type SigningKey } from "./signing-key.ts";

type Part = Readonly<Record<string, unknown>>;

const UTF8 = new TextEncoder();

/** `alg` is added to the header. Members that are `undefined` are left out. */
export async function signJwt({ key, alg }: SigningKey, header: Part, payload: Part): Promise<string> {
  const text = `${encodePart({ ...header, alg })}.${encodePart(payload)}`;
  const signature = await crypto.subtle.sign(parametersOf(alg), key, UTF8.encode(text));
  return `${text}.${encodeBase64Url(new Uint8Array(signature))}`;
}

export async function sha256Base64Url(text: string): Promise<string> {
  return encodeBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", UTF8.encode(text))));
}

function encodePart(part: Part): string {
  return encodeBase64Url(UTF8.encode(JSON.stringify(part)));
}
