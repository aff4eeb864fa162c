import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { expect, test } from "vitest";
import { checkJwt } from "../../../test/node/jwt-check.ts";
import type { SigningAlgorithm } from "../machine-grants.ts";
import { signJwt } from "./jwt.ts";
import { generatePrivateJwk, readSigningKey } from "./signing-key.ts";

const ALL = ["ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"] as const;
const CURVES: Readonly<Record<string, string>> = { ES256: "P-256", ES384: "P-384", ES512: "P-521" };

function pairFor(alg: SigningAlgorithm): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  if (alg === "EdDSA") return generateKeyPairSync("ed25519");
  const namedCurve = CURVES[alg];
  return namedCurve === undefined
    ? generateKeyPairSync("rsa", { modulusLength: 2048 })
    : generateKeyPairSync("ec", { namedCurve });
}

test.each(ALL)("a key given as PEM or JWK signs with %s what its public half verifies", async (alg) => {
  const { privateKey, publicKey } = pairFor(alg);
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const jwk = { ...privateKey.export({ format: "jwk" }), kty: String(privateKey.export({ format: "jwk" }).kty) };
  for (const given of [
    { privateKeyPem: pem, signingAlgorithm: alg },
    { privateKeyPem: pem.replaceAll("\n", "\\n"), signingAlgorithm: alg },
    { privateKeyJwk: { ...jwk, alg, kid: "k1", use: "sig", key_ops: ["sign", "verify"] } },
  ]) {
    const { header, payload } = checkJwt(await signJwt(await readSigningKey(given), {}, { sub: "ü" }), publicKey);
    expect(header).toEqual({ alg });
    expect(payload).toEqual({ sub: "ü" });
  }
  expect((await readSigningKey({ privateKeyJwk: { ...jwk, alg, kid: "k1" } })).keyId).toBe("k1");
});

test.each(["ES256", "EdDSA", "PS256"] as const)("a key that is made for %s can be kept as text", async (alg) => {
  const text = JSON.stringify(await generatePrivateJwk(alg));
  const jwk = JSON.parse(text) as { kty: string };
  const publicKey = createPublicKey({ key: jwk as Record<string, string>, format: "jwk" });
  expect(checkJwt(await signJwt(await readSigningKey({ privateKeyJwk: jwk }), {}, {}), publicKey).header).toEqual({
    alg,
  });
});

test.each([
  ["no key at all", {}],
  ["a PEM of another format", { privateKeyPem: "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----" }],
  ["a JWK of another kind", { privateKeyJwk: { kty: "oct", k: "CANARY" } }],
])("what is no usable key is an invalid option, and is not repeated: %s", async (_name, given) => {
  const error = await readSigningKey(given).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "option-invalid" });
  expect(String(error)).not.toMatch(/CANARY|AAAA/);
});
