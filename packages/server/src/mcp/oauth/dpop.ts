// Proof of possession (RFC 9449): one key a server, sealed; a fresh proof for every request; nonces by origin.
import { McpError } from "../errors.ts";
import type { TokenProof } from "../token-source.ts";
import type { SigningAlgorithm } from "../machine-grants.ts";
import type { McpPorts } from "../ports.ts";
import type { SealedSecret, SecretAddress, Vault } from "../vault.ts";
import { sha256Base64Url, signJwt } from "./jwt.ts";
import { parseObject } from "./metadata-document.ts";
import type { AuthTarget } from "./oauth.ts";
import { generatePrivateJwk, isSigningAlgorithm, readSigningKey } from "./signing-key.ts";

export interface ProofRequest {
  readonly method: string;
  readonly url: string;
  /** `null` at a token endpoint. */
  readonly accessToken: string | null;
}

export interface Prover {
  readonly alg: SigningAlgorithm;
  /** Names the key (RFC 7638): a grant that was bound to another one cannot be used with it. */
  readonly thumbprint: string;
  prove(request: ProofRequest): Promise<string>;
  /** Takes the nonce an answer carries, for the proofs to come. False when it carries none. */
  heard(url: string, response: Response): boolean;
  /** Synchronous: writes the key when it is new. Call inside the transaction that stores what was bound to it. */
  keep(): void;
}

export interface Provers {
  /** The prover of a server; `null` when its tokens are not to be bound. Rejects with the vault's codes. */
  of(target: AuthTarget): Promise<Prover | null>;
  /** Synchronous: deletes the key. */
  forget(serverId: string): void;
}

/** How requests to an MCP server show its tokens; `undefined`: as Bearer. */
export function proofFor(provers: Provers, target: AuthTarget): TokenProof | undefined {
  if (!target.options.dpop) return undefined;
  const prover = async () => {
    const found = await provers.of(target);
    if (found === null) throw new McpError("internal-error");
    return found;
  };
  return {
    prove: async (accessToken, request) => (await prover()).prove({ ...request, accessToken }),
    heard: async (url, response) => (await prover()).heard(url, response),
  };
}

interface ProofKey {
  readonly alg: SigningAlgorithm;
  readonly jwk: Readonly<Record<string, unknown> & { kty: string }>;
  /** `null`: it is a row already. */
  readonly sealed: SealedSecret | null;
}

/** Members of a public key, in the order that RFC 7638 section 3.2 hashes them. */
const PUBLIC_MEMBERS = ["crv", "e", "kty", "n", "x", "y"] as const;

export function createProvers({ clock, ids }: McpPorts, vault: Vault): Provers {
  const known = new Map<string, Promise<Prover>>();
  const address = (serverId: string): SecretAddress => ({ serverId, kind: "proof-key", scope: "" });

  async function findKey(serverId: string, alg: SigningAlgorithm): Promise<ProofKey> {
    const stored = readKey(await vault.open(address(serverId)));
    if (stored?.alg === alg) return { ...stored, sealed: null };
    const jwk = await generatePrivateJwk(alg);
    return { alg, jwk, sealed: await vault.seal(address(serverId), JSON.stringify({ alg, jwk })) };
  }

  async function create(serverId: string, alg: SigningAlgorithm): Promise<Prover> {
    const { jwk, sealed } = await findKey(serverId, alg);
    const key = await readSigningKey({ privateKeyJwk: jwk, signingAlgorithm: alg });
    const publicJwk = Object.fromEntries(PUBLIC_MEMBERS.flatMap((name) => (name in jwk ? [[name, jwk[name]]] : [])));
    const nonces = new Map<string, string>();
    return {
      alg,
      thumbprint: await sha256Base64Url(JSON.stringify(publicJwk)),
      async prove({ method, url, accessToken }) {
        const { origin, pathname } = new URL(url);
        return signJwt(
          key,
          { typ: "dpop+jwt", jwk: publicJwk },
          {
            jti: ids.secret(),
            htm: method,
            htu: `${origin}${pathname}`,
            iat: Math.floor(clock.now() / 1000),
            nonce: nonces.get(origin),
            ath: accessToken === null ? undefined : await sha256Base64Url(accessToken),
          },
        );
      },
      heard(url, response) {
        const nonce = response.headers.get("dpop-nonce");
        const { origin } = new URL(url);
        if (nonce === null || !NONCE.test(nonce)) return false;
        if (nonces.size >= MAX_ORIGINS) nonces.clear();
        nonces.set(origin, nonce);
        return true;
      },
      keep() {
        // Again with every grant, because the transaction of an earlier one may have failed.
        if (sealed !== null) vault.put(sealed);
      },
    };
  }

  return {
    async of({ serverId, options: { dpop } }) {
      if (dpop === undefined || dpop === false) return null;
      const alg = (dpop === true ? undefined : dpop.alg) ?? "ES256";
      const found = known.get(serverId);
      if (found !== undefined && (await found).alg === alg) return found;
      const made = create(serverId, alg);
      known.set(serverId, made);
      made.catch(() => known.get(serverId) === made && known.delete(serverId));
      return made;
    },
    forget(serverId) {
      known.delete(serverId);
      vault.delete(address(serverId));
    },
  };
}

/** RFC 9449 section 8.1, and a length that fits into a header. */
const NONCE = /^[\x21\x23-\x5B\x5D-\x7E]{1,1024}$/;
/** An authorization server and the MCP server; more only after a move. */
const MAX_ORIGINS = 8;

/** Rejects before anybody is asked for anything when the provider says that it takes other proofs than ours. */
export function assertProofTaken(
  prover: Prover | null,
  { dpopAlgorithms }: { readonly dpopAlgorithms?: readonly string[] | null },
): void {
  if (prover === null || !dpopAlgorithms || dpopAlgorithms.includes(prover.alg)) return;
  throw new McpError("dpop-unsupported", { detail: `(${prover.alg})` });
}

function readKey(text: string | null): Omit<ProofKey, "sealed"> | null {
  const { alg, jwk } = parseObject(text ?? "") ?? {};
  return isSigningAlgorithm(alg) && typeof jwk === "object" && jwk !== null
    ? { alg, jwk: jwk as ProofKey["jwk"] }
    : null;
}
