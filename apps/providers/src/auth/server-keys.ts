// The authorization server's own secrets: made once, then kept, so that sessions and tokens outlive a restart.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { JWK } from "oidc-provider";
import type { StateFile } from "../state-file.ts";

const SECTION = "keys";

export interface ServerKeys {
  readonly cookieKeys: string[];
  readonly signingKey: JWK;
}

export function loadServerKeys(file: StateFile): ServerKeys {
  const kept = file.read(SECTION) as ServerKeys | undefined;
  if (kept !== undefined) return kept;
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const made: ServerKeys = {
    cookieKeys: [randomBytes(32).toString("base64url")],
    signingKey: { ...(privateKey.export({ format: "jwk" }) as JWK), use: "sig", alg: "ES256" },
  };
  file.write(SECTION, made);
  return made;
}
