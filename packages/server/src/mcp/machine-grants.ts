// The ways to a token that need no person, as a developer writes them.

/** Algorithms a key can sign with (RFC 7518 section 3.1; `EdDSA` with Ed25519, RFC 8037). */
export type SigningAlgorithm =
  | "ES256"
  | "ES384"
  | "ES512"
  | "RS256"
  | "RS384"
  | "RS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "EdDSA";

/** A private key as a JSON Web Key (RFC 7517). */
export interface PrivateKeyJwk {
  readonly kty: string;
  readonly [member: string]: unknown;
}

/** Authentication by a shared secret. The method defaults to what the authorization server offers, Basic first. */
export interface SharedSecret {
  readonly clientSecret: string;
  readonly tokenEndpointAuthMethod?: "client_secret_basic" | "client_secret_post";
  readonly privateKeyPem?: undefined;
  readonly privateKeyJwk?: undefined;
}

/**
 * Authentication by a signed assertion, `private_key_jwt` (RFC 7523 section 2.2). Its audience is the issuer, and each
 * one is used for a single request.
 */
export type PrivateKey = (
  | {
      /** PKCS #8, `-----BEGIN PRIVATE KEY-----`. */
      readonly privateKeyPem: string;
      readonly privateKeyJwk?: undefined;
    }
  | { readonly privateKeyJwk: PrivateKeyJwk; readonly privateKeyPem?: undefined }
) & {
  readonly clientSecret?: undefined;
  /** Default: the `alg` of the JWK, else ES256. */
  readonly signingAlgorithm?: SigningAlgorithm;
  /** Default: the `kid` of the JWK. */
  readonly keyId?: string;
};

/** No authentication: the assertion alone speaks. */
export interface PublicClient {
  readonly clientSecret?: undefined;
  readonly privateKeyPem?: undefined;
  readonly privateKeyJwk?: undefined;
}

interface MachineClient {
  /** The id of the client at the authorization server of the MCP server. */
  readonly clientId: string;
  /**
   * The only authorization server that may see these credentials; required with a `clientSecret` or an `assertion`. Default
   * where a key signs: the first one the MCP server names; from then on it is the only one, too.
   */
  readonly issuer?: string;
}

/** The agent signs in as itself (RFC 6749 section 4.4; MCP extension `oauth-client-credentials`). */
export type ClientCredentialsGrant = MachineClient & { readonly type: "client-credentials" } & (
    | SharedSecret
    | PrivateKey
  );

/**
 * A company's identity provider decides (MCP extension `enterprise-managed-authorization`): a person's ID token is
 * exchanged there for an assertion (RFC 8693), the assertion for a token at the server's authorization server (RFC 7523).
 *
 * When the ID token ends, add the server again with a new one.
 */
export type EnterpriseManagedGrant = MachineClient & {
  readonly type: "enterprise-managed";
  readonly idp: {
    /** Where the token endpoint is looked up when none is given. */
    readonly issuer?: string;
    readonly tokenEndpoint?: string;
    /** The client at the identity provider that the ID token was issued to. */
    readonly clientId: string;
    readonly clientSecret?: string;
    readonly idToken: string;
  };
} & (SharedSecret | PrivateKey | PublicClient);

/**
 * A workload shows the assertion its platform gave it (RFC 7523 section 2.1; MCP extension `auth/wif`).
 *
 * A refused assertion is not sent again by itself, and no other grant is tried. When it ends, add the server again with a
 * new one.
 */
export interface JwtBearerGrant extends MachineClient {
  readonly type: "jwt-bearer";
  readonly assertion: string;
}

/**
 * How the agent gets a token without a person. Stored sealed, all of it.
 *
 * @example
 * await this.addMcpServer("reports", "https://mcp.example.com/mcp", {
 *   oauth: { grant: { type: "client-credentials", clientId: "agent", privateKeyPem: this.env.MCP_KEY }, dpop: true },
 * });
 */
export type MachineGrant = ClientCredentialsGrant | EnterpriseManagedGrant | JwtBearerGrant;

/** What is known of a grant without opening anything sealed. */
export interface MachineGrantOutline {
  readonly type: MachineGrant["type"];
  readonly clientId: string;
}

/** Options of proof of possession. */
export interface DPoPOptions {
  /** Default ES256. */
  readonly alg?: SigningAlgorithm;
}
