// Reads JWTs as a server would: with their signature checked.
import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";

export interface CheckedJwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

const part = (text: string | undefined) =>
  JSON.parse(Buffer.from(text ?? "", "base64url").toString()) as Record<string, unknown>;

/** `key`: default, the one in the header. Throws when the signature is not that key's. */
export function checkJwt(jwt: string, key?: KeyObject): CheckedJwt {
  const [head, body, signature = ""] = jwt.split(".");
  const header = part(head);
  const publicKey = key ?? createPublicKey({ key: header["jwk"] as Record<string, string>, format: "jwk" });
  const alg = String(header["alg"]);
  const hash = alg === "EdDSA" ? null : `sha${alg.slice(2)}`;
  const options = alg.startsWith("PS")
    ? { padding: 6, saltLength: Number(alg.slice(2)) / 8 }
    : { dsaEncoding: "ieee-p1363" as const };
  const good = verify(
    hash,
    Buffer.from(`${head}.${body}`),
    { key: publicKey, ...options },
    Buffer.from(signature, "base64url"),
  );
  if (!good) throw new Error("the signature does not verify");
  return { header, payload: part(body) };
}

export const sha256 = (text: string) => createHash("sha256").update(text).digest("base64url");

/** RFC 7638, for elliptic curves. */
export function thumbprintOf(jwk: unknown): string {
  const { crv, kty, x, y } = jwk as Record<string, string>;
  return sha256(JSON.stringify({ crv, kty, x, y }));
}
