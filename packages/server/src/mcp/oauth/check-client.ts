// Whether a configured client is written so that its secret can only go where it belongs. The developer hears it at once.
import { McpError } from "../errors.ts";
import type { OAuthOptions } from "../options.ts";
import { isTokenAuthMethod } from "./client-credentials.ts";

/** Throws `option-invalid`, naming the option and never its value. */
export function checkClient(client: OAuthOptions["client"]): void {
  if (client === undefined) return;
  const { clientId, clientSecret, issuer, tokenEndpointAuthMethod: method }: Readonly<Record<string, unknown>> = client;
  if (typeof clientId !== "string" || clientId === "") throw invalid("clientId is a text that is not empty");
  if (issuer !== undefined && (typeof issuer !== "string" || !URL.canParse(issuer))) throw invalid("issuer is a URL");
  if (method !== undefined && !isTokenAuthMethod(method)) {
    throw invalid("tokenEndpointAuthMethod is none, client_secret_basic or client_secret_post");
  }
  if (clientSecret === undefined) return;
  if (typeof clientSecret !== "string" || clientSecret === "")
    throw invalid("clientSecret is a text that is not empty");
  // Who answers at the server's address decides which authorization server it names: not whom to trust with a secret.
  if (issuer === undefined) throw invalid("issuer names the authorization server that a clientSecret belongs to");
}

function invalid(what: string): McpError {
  return new McpError("option-invalid", { detail: `oauth.client: ${what}.` });
}
