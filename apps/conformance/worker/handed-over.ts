// Credentials that a scenario hands over, as the options a developer would pass.
import type { AddMcpServerOptions } from "agents";
import type { Task } from "../src/task.ts";

/** By scenario; without an entry a person signs in, with the client that was handed over or one that is registered. */
const OPTIONS: Readonly<Record<string, (given: Given, issuer: () => Promise<string>) => OAuth | Promise<OAuth>>> = {
  "auth/client-credentials-jwt": (given) => ({
    grant: {
      type: "client-credentials",
      clientId: given("client_id"),
      privateKeyPem: given("private_key_pem"),
      signingAlgorithm: "ES256",
    },
  }),
  "auth/client-credentials-basic": async (given, issuer) => ({
    grant: {
      type: "client-credentials",
      clientId: given("client_id"),
      clientSecret: given("client_secret"),
      issuer: await issuer(),
    },
  }),
  "auth/enterprise-managed-authorization": async (given, issuer) => ({
    grant: {
      type: "enterprise-managed",
      clientId: given("client_id"),
      clientSecret: given("client_secret"),
      issuer: await issuer(),
      idp: {
        issuer: given("idp_issuer"),
        tokenEndpoint: given("idp_token_endpoint"),
        clientId: given("idp_client_id"),
        idToken: given("idp_id_token"),
      },
    },
  }),
  "auth/wif-jwt-bearer": async (given, issuer) => ({
    grant: {
      type: "jwt-bearer",
      clientId: given("client_id"),
      assertion: given("valid_jwt"),
      issuer: await issuer(),
    },
  }),
  "auth/dpop": () => ({ dpop: true }),
  "auth/dpop-nonce": () => ({ dpop: true }),
  "auth/pre-registration": async (given, issuer) => ({
    client: { clientId: given("client_id"), clientSecret: given("client_secret"), issuer: await issuer() },
  }),
};

type OAuth = AddMcpServerOptions["oauth"];
type Given = (name: string) => string;

export async function handedOver({ scenario, context, serverUrl }: Task): Promise<AddMcpServerOptions> {
  const given: Given = (name) => {
    const value = context[name];
    if (typeof value !== "string") throw new Error(`the scenario hands over no ${name}`);
    return value;
  };
  const oauth = await OPTIONS[scenario]?.(given, () => issuerBehind(serverUrl));
  return oauth === undefined ? {} : { oauth };
}

/** Whoever registers a client by hand knows where. Scenarios do not say it, so it is looked up before anything is tested. */
async function issuerBehind(serverUrl: string): Promise<string> {
  const { origin, pathname } = new URL(serverUrl);
  const response = await fetch(`${origin}/.well-known/oauth-protected-resource${pathname}`);
  const { authorization_servers: named } = await response.json<{ authorization_servers?: readonly string[] }>();
  const [issuer] = named ?? [];
  if (issuer === undefined) throw new Error("the scenario's server names no authorization server");
  return issuer;
}
