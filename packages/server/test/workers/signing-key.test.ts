// Keys and signatures inside workerd, whose cryptography is not that of Node.
import { expect, test } from "vitest";
import { decodeBase64Url } from "../../src/mcp/base64url.ts";
import { signJwt } from "../../src/mcp/oauth/jwt.ts";
import { generatePrivateJwk, parametersOf, readSigningKey } from "../../src/mcp/oauth/signing-key.ts";

const ALL = ["ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"] as const;

test.each(ALL)("a key made for %s signs what its public half verifies", async (alg) => {
  const jwk = await generatePrivateJwk(alg);
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, alg: _alg, ...publicJwk } = jwk;
  const [head = "", body = "", signature = ""] = (
    await signJwt(await readSigningKey({ privateKeyJwk: jwk }), {}, { sub: "x" })
  ).split(".");
  const key = await crypto.subtle.importKey("jwk", publicJwk, parametersOf(alg), false, ["verify"]);
  const text = new TextEncoder().encode(`${head}.${body}`);
  const bytes = decodeBase64Url(signature) ?? new Uint8Array();
  expect(await crypto.subtle.verify(parametersOf(alg), key, bytes, text)).toBe(true);
});
