// The ways in which authorization servers out there differ from the book, one switch each.

/** Quirk → what the server then does. */
export const AUTHORIZATION_SERVER_QUIRKS = {
  "no-registration": "offers no dynamic registration: a client id must be known beforehand",
  "registration-refused": "offers registration and answers it with an error",
  "registration-200": "answers a registration with status 200 instead of 201",
  "registration-managed": "lets whoever registered delete the registration (RFC 7592)",
  "pkce-not-advertised": "says nothing of PKCE in its metadata, but checks it",
  "pkce-plain-only": "advertises PKCE `plain` only",
  "oidc-only": "describes itself at the OpenID Connect address only",
  "issuer-mismatch":
    "calls itself, in its metadata and in the callback, by another issuer than the one it was found by",
  "iss-missing": "promises `iss` in the callback and leaves it out",
  "iss-wrong": "sends another issuer in the callback",
  "iss-not-offered": "neither promises nor sends `iss`, as older servers do",
  "token-error-200": "answers each token request with status 200 and an error in the body",
  "token-form-encoded": "answers token requests form-encoded instead of as JSON",
  "token-error-500": "answers each token request with status 500 and HTML",
  "expires-in-string": "sends `expires_in` as a string",
  "expires-in-missing": "does not say when a token ends",
  "token-type-missing": "leaves out `token_type`",
  "token-type-mac": "says that the token is of the type `mac`",
  "null-fields": "sends `null` for what it does not have",
  "no-refresh-token": "hands out access tokens only",
  "refresh-rotation": "hands out a new refresh token each time; using an old one again ends the whole grant",
  "refresh-refused": "refuses every refresh with `invalid_grant`",
  "resource-ignored": "does not bind tokens to the resource that was asked for",
  "resource-refused": "refuses `resource`, in authorization and token requests, with `invalid_target`",
  "resource-refused-entra": "refuses `resource` as Microsoft Entra does, with a code in the description",
  "scope-narrowed": "grants the first scope only and says so",
  slow: "takes its time for each answer (`slowMs`)",
} as const;

export type AuthorizationServerQuirk = keyof typeof AUTHORIZATION_SERVER_QUIRKS;
