// Shows who a client is by a signed assertion: `private_key_jwt` (RFC 7523 section 2.2).
import type { Clock, Ids } from "../ports.ts";
import { signJwt } from "./jwt.ts";
import { type GivenKey, readSigningKey } from "./signing-key.ts";

export const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** s; long enough for clocks that differ, short enough to be of no use to a thief. */
const LIFE_S = 60;

/** One assertion for one request. Rejects with `option-invalid` when the key cannot be used. */
export async function signClientAssertion(
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
  client: { readonly clientId: string; readonly key: GivenKey },
  issuer: string,
): Promise<string> {
  const key = await readSigningKey(client.key);
  const now = Math.floor(clock.now() / 1000);
  return signJwt(key, key.keyId === null ? {} : { kid: key.keyId }, {
    iss: client.clientId,
    sub: client.clientId,
    aud: issuer,
    jti: ids.secret(),
    iat: now,
    exp: now + LIFE_S,
  });
}
