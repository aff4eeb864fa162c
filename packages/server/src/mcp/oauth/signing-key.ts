// Private keys for JWTs: read as a developer has them, made anew, and which algorithm each signs with.
import { generateKeyPair } from "oauth4webapi";
import { McpError } from "../errors.ts";
import { decodeBase64Url } from "../base64url.ts";
import type { PrivateKeyJwk, SigningAlgorithm } from "../machine-grants.ts";

/** Named so, because not every runtime's types have it under its own name. */
type CryptoKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

interface AlgorithmParameters {
  readonly name: string;
  readonly namedCurve?: string;
  readonly hash?: string;
  readonly saltLength?: number;
}

export interface SigningKey {
  readonly alg: SigningAlgorithm;
  readonly keyId: string | null;
  readonly key: CryptoKey;
}

const ec = (curve: number, hash: number): AlgorithmParameters => ({
  name: "ECDSA",
  namedCurve: `P-${curve}`,
  hash: `SHA-${hash}`,
});
const pkcs1 = (hash: number): AlgorithmParameters => ({ name: "RSASSA-PKCS1-v1_5", hash: `SHA-${hash}` });
const pss = (hash: number): AlgorithmParameters => ({ name: "RSA-PSS", hash: `SHA-${hash}`, saltLength: hash / 8 });

const ALGORITHMS: Readonly<Record<SigningAlgorithm, AlgorithmParameters>> = {
  ES256: ec(256, 256),
  ES384: ec(384, 384),
  ES512: ec(521, 512),
  RS256: pkcs1(256),
  RS384: pkcs1(384),
  RS512: pkcs1(512),
  PS256: pss(256),
  PS384: pss(384),
  PS512: pss(512),
  EdDSA: { name: "Ed25519" },
};

export function isSigningAlgorithm(value: unknown): value is SigningAlgorithm {
  return typeof value === "string" && Object.hasOwn(ALGORITHMS, value);
}

/** What `sign` is called with for this algorithm. */
export function parametersOf(alg: SigningAlgorithm): AlgorithmParameters {
  return ALGORITHMS[alg];
}

export interface GivenKey {
  readonly privateKeyPem?: string | undefined;
  readonly privateKeyJwk?: PrivateKeyJwk | undefined;
  readonly signingAlgorithm?: SigningAlgorithm | undefined;
  readonly keyId?: string | undefined;
}

/** The algorithm a given key signs with: the one named, else the JWK's own, else ES256. */
export function algorithmOf({ privateKeyJwk, signingAlgorithm }: GivenKey): SigningAlgorithm {
  const own = privateKeyJwk?.["alg"];
  return signingAlgorithm ?? (isSigningAlgorithm(own) ? own : "ES256");
}

/** Rejects with `option-invalid`; what was given is never repeated. */
export async function readSigningKey(given: GivenKey): Promise<SigningKey> {
  const alg = algorithmOf(given);
  const kid = given.keyId ?? given.privateKeyJwk?.["kid"];
  try {
    return { alg, keyId: typeof kid === "string" ? kid : null, key: await importKey(given, ALGORITHMS[alg]) };
  } catch {
    throw new McpError("option-invalid", { detail: `The private key given cannot be used with ${alg}.` });
  }
}

async function importKey(given: GivenKey, algorithm: AlgorithmParameters): Promise<CryptoKey> {
  if (given.privateKeyJwk !== undefined) {
    // What the key says about its own use is for others; a runtime refuses members that do not match.
    const { alg: _alg, use: _use, key_ops: _ops, ext: _ext, ...material } = given.privateKeyJwk;
    return crypto.subtle.importKey("jwk", material, algorithm, false, ["sign"]);
  }
  const der = pemBody(given.privateKeyPem ?? "");
  if (der === null) throw new McpError("option-invalid");
  return crypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
}

/** The bytes of a PKCS #8 document (RFC 7468 section 10); line breaks may have been written as `\n` by an environment. */
export function pemBody(pem: string): Uint8Array<ArrayBuffer> | null {
  const [, body] =
    /-----BEGIN PRIVATE KEY-----([\s\S]+?)-----END PRIVATE KEY-----/.exec(pem.replaceAll("\\n", "\n")) ?? [];
  return body === undefined ? null : decodeBase64Url(body.replace(/\s+/g, ""));
}

/** A new private key as text that {@link readSigningKey} reads. */
export async function generatePrivateJwk(alg: SigningAlgorithm): Promise<PrivateKeyJwk> {
  const { privateKey } = await generateKeyPair(alg === "EdDSA" ? "Ed25519" : alg, { extractable: true });
  const jwk: unknown = await crypto.subtle.exportKey("jwk", privateKey);
  const { ext: _ext, key_ops: _ops, ...material } = jwk as PrivateKeyJwk;
  return { ...material, alg };
}
