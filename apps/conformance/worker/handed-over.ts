// Credentials that a scenario hands over, as the options a developer would pass.
import type { AddMcpServerOptions } from "agents";
import type { Task } from "../src/task.ts";

/** By scenario; without an entry a person signs in, with the client that was handed over or one that is registered. */
const OPTIONS: Readonly<Record<string, (given: Given) => AddMcpServerOptions["oauth"]>> = {
  "auth/client-credentials-jwt": (given) => ({
    grant: {
      type: "client-credentials",
      clientId: given("client_id"),
      privateKeyPem: given("private_key_pem"),
      signingAlgorithm: "ES256",
    },
  }),
  "auth/client-credentials-basic": (given) => ({
    grant: { type: "client-credentials", clientId: given("client_id"), clientSecret: given("client_secret") },
  }),
  "auth/enterprise-managed-authorization": (given) => ({
    grant: {
      type: "enterprise-managed",
      clientId: given("client_id"),
      clientSecret: given("client_secret"),
      idp: {
        issuer: given("idp_issuer"),
        tokenEndpoint: given("idp_token_endpoint"),
        clientId: given("idp_client_id"),
        idToken: given("idp_id_token"),
      },
    },
  }),
  "auth/wif-jwt-bearer": (given) => ({
    grant: { type: "jwt-bearer", clientId: given("client_id"), assertion: given("valid_jwt") },
  }),
  "auth/dpop": () => ({ dpop: true }),
  "auth/dpop-nonce": () => ({ dpop: true }),
  "auth/pre-registration": (given) => ({
    client: { clientId: given("client_id"), clientSecret: given("client_secret") },
  }),
};

type Given = (name: string) => string;

export function handedOver({ scenario, context }: Task): AddMcpServerOptions {
  const given: Given = (name) => {
    const value = context[name];
    if (typeof value !== "string") throw new Error(`the scenario hands over no ${name}`);
    return value;
  };
  const oauth = OPTIONS[scenario]?.(given);
  return oauth === undefined ? {} : { oauth };
}
