// Sealing and opening of secrets; see seal.ts, key-ring.ts and sqlite-vault.ts for how.

/** Where a secret belongs. Every part is bound into the ciphertext: a moved row does not open. */
export interface SecretAddress {
  readonly serverId: string;
  readonly kind:
    | "tokens"
    | "client"
    | "registration"
    | "verifier"
    | "code"
    | "headers"
    | "session"
    | "proof-key"
    | "call";
  /** Issuer for tokens, clients and registrations, attempt id for verifiers and codes, its own id for a call, else "". */
  readonly scope: string;
}

/** A sealed value, ready to be written synchronously. */
export interface SealedSecret {
  readonly address: SecretAddress;
  readonly sealed: string;
}

export interface Vault {
  /** `unkeyed`: no secret is configured, the key lies in the same database. */
  readonly status: "keyed" | "unkeyed";
  /** Rejects with `vault-key-required` or `vault-key-invalid`. Nothing is written yet. */
  seal(address: SecretAddress, plaintext: string): Promise<SealedSecret>;
  /** Synchronous, so that it can be part of a transaction. */
  put(secret: SealedSecret): void;
  /** `null` when there is none. Rejects with `vault-locked` when it cannot be opened. */
  open(address: SecretAddress): Promise<string | null>;
  delete(address: SecretAddress): void;
  /** Delete every secret of a server and its data key. */
  deleteServer(serverId: string): void;
}
