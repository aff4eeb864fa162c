// What of a server's options is secret, and its session id: sealed, and opened only to be sent.
import type { JsonObject } from "@agents-internal/protocol";
import { McpError } from "../errors.ts";
import type { MachineGrant } from "../machine-grants.ts";
import type { AuthTarget } from "../oauth/oauth.ts";
import type { Vault } from "../vault.ts";

export interface ServerSecrets {
  /** The developer's headers. */
  readonly headers: readonly (readonly [string, string])[];
  readonly clientSecret: string | null;
  /** All of it: whatever is not secret lies in clear as its outline. */
  readonly grant: MachineGrant | null;
  /** What a server behind a binding is started with. */
  readonly props: JsonObject | null;
}

export interface ServerSecretsStore {
  readonly none: ServerSecrets;
  read(serverId: string): Promise<ServerSecrets>;
  /** Seals at once and returns the synchronous part: call it inside the transaction that stores the server. */
  prepare(serverId: string, secrets: ServerSecrets): Promise<() => void>;
  readSession(serverId: string): Promise<string | null>;
  /** As {@link prepare}, for the id of a session. */
  prepareSession(serverId: string, sessionId: string | null): Promise<() => void>;
  delete(serverId: string): void;
}

const NONE: ServerSecrets = { headers: [], clientSecret: null, grant: null, props: null };

export function createServerSecrets(vault: Vault): ServerSecretsStore {
  const options = (serverId: string) => ({ serverId, kind: "headers", scope: "" }) as const;
  const session = (serverId: string) => ({ serverId, kind: "session", scope: "" }) as const;
  return {
    none: NONE,
    async read(serverId) {
      const text = await vault.open(options(serverId));
      return text === null ? NONE : { ...NONE, ...(JSON.parse(text) as Partial<ServerSecrets>) };
    },
    async prepare(serverId, secrets) {
      const { headers, ...others } = secrets;
      const isEmpty = headers.length === 0 && Object.values(others).every((secret) => secret === null);
      if (isEmpty) return () => vault.delete(options(serverId));
      const sealed = await vault.seal(options(serverId), JSON.stringify(secrets));
      return () => vault.put(sealed);
    },
    async readSession(serverId) {
      try {
        return await vault.open(session(serverId));
      } catch (error) {
        // A session that cannot be opened is only a session: a new one is made.
        if (error instanceof McpError && error.code === "vault-locked") return null;
        throw error;
      }
    },
    async prepareSession(serverId, sessionId) {
      if (sessionId === null) return () => vault.delete(session(serverId));
      const sealed = await vault.seal(session(serverId), sessionId);
      return () => vault.put(sealed);
    },
    delete: (serverId) => vault.deleteServer(serverId),
  };
}

/** A developer's own Authorization header takes the place of OAuth. */
export function hasOwnAuthorization(secrets: ServerSecrets): boolean {
  return secrets.headers.some(([name]) => name.toLowerCase() === "authorization");
}

/** The target with the secrets that go to the provider. */
export function withClientSecret(target: AuthTarget, { clientSecret, grant }: ServerSecrets): AuthTarget {
  if (grant !== null) return { ...target, grant };
  const { client } = target.options;
  return clientSecret === null || !client
    ? target
    : { ...target, options: { ...target.options, client: { ...client, clientSecret } } };
}
