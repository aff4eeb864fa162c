// The end of a removed server: its sign-in is given back, and whatever is stored of it deleted in one transaction.
import type { RemovalReport } from "@agents-internal/protocol";
import type { AuthTarget, OAuth } from "../oauth/oauth.ts";
import type { McpPorts } from "../ports.ts";
import { type ServerSecretsStore, withClientSecret } from "../servers/server-secrets.ts";

export interface ForgetServerDeps {
  readonly ports: McpPorts;
  readonly oauth: OAuth;
  readonly secrets: ServerSecretsStore;
  /** Delete every row of every part, within the caller's transaction; those of `oauth` are gone by then. */
  readonly forgetRows: (serverId: string) => void;
}

/** Give the grant back and delete every row of the server. Never rejects for what a provider does. */
export async function forgetServer(deps: ForgetServerDeps, target: AuthTarget): Promise<RemovalReport> {
  const { ports, oauth, secrets } = deps;
  const { serverId } = target;
  // A client secret that cannot be opened must not keep the rest from being deleted.
  const secret = await secrets.read(serverId).catch(() => secrets.none);
  const report = await oauth.forget(withClientSecret(target, secret));
  ports.sql.transaction(() => deps.forgetRows(serverId));
  ports.log.info("mcp-removed", { serverId, ...report });
  return report;
}
