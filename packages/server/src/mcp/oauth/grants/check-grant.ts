// Whether a machine grant and proof of possession are written so that they can be used. The developer hears it at once.
import { McpError } from "../../errors.ts";
import type { OAuthOptions } from "../../options.ts";
import { isSigningAlgorithm, pemBody } from "../signing-key.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Throws `option-invalid`, naming the option and never its value. */
export function checkMachineGrant(options: OAuthOptions): void {
  if (options.grant === undefined) return;
  if (options.client !== undefined) throw invalid("is given instead of oauth.client, not beside it");
  const grant: Fields = { ...options.grant };
  text(grant, "clientId");
  if (grant["issuer"] !== undefined) url(grant, "issuer");
  // Whoever is shown one of these can use it. A signature of ours names the one it is for.
  const canBeUsed = ["clientSecret", "assertion"].find((name) => grant[name] !== undefined);
  if (canBeUsed !== undefined && grant["issuer"] === undefined)
    throw invalid(`issuer names the authorization server that ${canBeUsed} belongs to`);
  switch (grant["type"]) {
    case "client-credentials":
      return checkAuthentication(grant, false);
    case "enterprise-managed":
      checkAuthentication(grant, true);
      return checkIdentityProvider(grant["idp"]);
    case "jwt-bearer":
      return text(grant, "assertion");
    default:
      throw invalid("type is client-credentials, enterprise-managed or jwt-bearer");
  }
}

/** Throws `option-invalid`. */
export function checkDPoP(dpop: OAuthOptions["dpop"]): void {
  if (typeof dpop !== "object" || dpop.alg === undefined || isSigningAlgorithm(dpop.alg)) return;
  throw new McpError("option-invalid", { detail: "oauth.dpop.alg is not an algorithm that can be used." });
}

function checkAuthentication(grant: Fields, isOptional: boolean): void {
  const given = ["clientSecret", "privateKeyPem", "privateKeyJwk"].filter((name) => grant[name] !== undefined);
  if (given.length === 0 && isOptional) return;
  if (given.length !== 1) throw invalid("has one of clientSecret, privateKeyPem and privateKeyJwk");
  if (grant["clientSecret"] !== undefined) return text(grant, "clientSecret");
  const { signingAlgorithm, privateKeyPem, privateKeyJwk } = grant;
  if (signingAlgorithm !== undefined && !isSigningAlgorithm(signingAlgorithm)) {
    throw invalid("signingAlgorithm is not one that can be used");
  }
  if (privateKeyPem !== undefined && (typeof privateKeyPem !== "string" || pemBody(privateKeyPem) === null)) {
    throw invalid("privateKeyPem is a PKCS #8 key (BEGIN PRIVATE KEY)");
  }
  if (privateKeyJwk !== undefined && (typeof privateKeyJwk !== "object" || privateKeyJwk === null)) {
    throw invalid("privateKeyJwk is a JSON Web Key");
  }
}

function checkIdentityProvider(value: unknown): void {
  if (typeof value !== "object" || value === null) throw invalid("idp says where the assertion comes from");
  const idp: Fields = { ...value };
  text(idp, "clientId", "idp.");
  text(idp, "idToken", "idp.");
  if (idp["issuer"] === undefined && idp["tokenEndpoint"] === undefined) {
    throw invalid("idp has a tokenEndpoint, or an issuer that describes itself");
  }
  for (const name of ["issuer", "tokenEndpoint"]) if (idp[name] !== undefined) url(idp, name, "idp.");
}

function text(fields: Fields, name: string, prefix = ""): void {
  const value = fields[name];
  if (typeof value !== "string" || value === "") throw invalid(`${prefix}${name} is a text that is not empty`);
}

function url(fields: Fields, name: string, prefix = ""): void {
  const value = fields[name];
  if (typeof value !== "string" || !URL.canParse(value)) throw invalid(`${prefix}${name} is a URL`);
}

function invalid(what: string): McpError {
  return new McpError("option-invalid", { detail: `oauth.grant: ${what}.` });
}
