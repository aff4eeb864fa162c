// Fills in the secret that a client registered by hand has now.
import type { ClientCredentials } from "./client-credentials.ts";
import type { AuthTarget } from "./oauth.ts";
import type { OperatorClientBook } from "./operator-clients.ts";

export interface SecretSources {
  readonly operators: OperatorClientBook;
}

/** A secret that was replaced since applies at once, as long as the client is the same one. Throws `option-invalid`. */
export function withCurrentSecret(
  { operators }: SecretSources,
  { options }: AuthTarget,
  issuer: string,
  credentials: ClientCredentials,
): ClientCredentials {
  if (credentials.source === "operator")
    return { ...credentials, clientSecret: operators.secretOf(issuer, credentials.clientId) };
  const same = credentials.source === "configured" && options.client?.clientId === credentials.clientId;
  // A target that is built without opening secrets has none; then the sealed one stands.
  return same && options.client?.clientSecret !== undefined
    ? { ...credentials, clientSecret: options.client.clientSecret }
    : credentials;
}
