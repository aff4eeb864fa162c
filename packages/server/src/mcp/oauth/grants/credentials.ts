// Who the agent is at an authorization server when a machine grant is asked for.
import type { MachineGrant } from "../../machine-grants.ts";
import type { TokenServer } from "../authorization-server.ts";
import { type ClientCredentials, configuredCredentials } from "../client-credentials.ts";

export function machineCredentials(grant: MachineGrant, provider: TokenServer): ClientCredentials {
  if (grant.type === "jwt-bearer") return configuredCredentials({ clientId: grant.clientId }, provider);
  const { clientId } = grant;
  if (grant.clientSecret !== undefined) {
    const { clientSecret, tokenEndpointAuthMethod } = grant;
    const method = tokenEndpointAuthMethod === undefined ? {} : { tokenEndpointAuthMethod };
    return configuredCredentials({ clientId, clientSecret, ...method }, provider);
  }
  const credentials = configuredCredentials({ clientId }, provider);
  if (grant.privateKeyPem === undefined && grant.privateKeyJwk === undefined) return credentials;
  const { privateKeyPem, privateKeyJwk, signingAlgorithm, keyId } = grant;
  return { ...credentials, key: { privateKeyPem, privateKeyJwk, signingAlgorithm, keyId } };
}
