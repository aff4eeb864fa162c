// The ways in which authorization servers out there differ from the book, one switch each.

/** Quirk → what the server then does. */
export const AUTHORIZATION_SERVER_QUIRKS = {
  // describing itself
  "oidc-only": "describes itself at the OpenID Connect address only",
  "issuer-mismatch":
    "calls itself, in its metadata and in the callback, by another issuer than the one it was found by",
  "pkce-not-advertised": "says nothing of PKCE in its metadata, but checks it",
  "pkce-plain-only": "advertises PKCE `plain` only",
  "odd-endpoints": "has its endpoints at addresses that only its metadata tells",
  "null-fields": "sends `null` for what it does not have",
  firewall: "lets browsers through, and answers every program with status 403 and a web page",
  slow: "takes its time for each answer (`slowMs`)",
  // registering
  "no-registration": "offers no dynamic registration: a client id must be known beforehand",
  "registration-refused": "offers registration and answers it with an error",
  "registration-by-name": "registers apps of listed names (`registrableNames`); the others get 403 and plain text",
  "registration-200": "answers a registration with status 200 instead of 201",
  "registration-without-refresh":
    "leaves the refresh grant out where it confirms a registration, and refreshes all the same",
  "registration-times-as-text": "sends the times of a registration as text",
  "registration-forgotten": "forgets a registration with which nobody has signed in for an hour",
  "registration-managed": "lets whoever registered delete the registration (RFC 7592)",
  "redirect-web-only": "registers https and loopback redirect URIs only",
  "public-clients-refused": "takes clients with a secret only",
  "client-documents": "takes the address of a client id metadata document as a client id",
  "client-documents-refused":
    "says that it takes client id metadata documents, and shows whoever comes with one an error page",
  "client-refused-back": "sends the browser back with `unauthorized_client`, whoever it came for",
  "client-secrets-replaced": "has other secrets for its clients than they were told (`invalid_client`)",
  // the person's part
  "scope-required": "refuses a sign-in that asks for no scope (`invalid_scope`)",
  "oidc-scopes-refused": "refuses `openid`, `profile`, `email` and `offline_access` (`invalid_scope`)",
  "default-scope-alone": "refuses a scope that ends in `/.default` beside others, with a code in the description",
  "scope-narrowed": "grants the first scope only and says so",
  "account-remembered": "gives a browser the account it used last, unless `prompt=select_account` is asked for",
  "resource-ignored": "does not bind tokens to the resource that was asked for",
  "resource-refused": "refuses `resource`, in authorization and token requests, with `invalid_target`",
  "resource-refused-entra": "refuses `resource` as Microsoft Entra does, with a code in the description",
  "iss-missing": "promises `iss` in the callback and leaves it out",
  "iss-wrong": "sends another issuer in the callback",
  "iss-not-offered": "neither promises nor sends `iss`, as older servers do",
  // tokens
  "token-error-200": "answers each token request with status 200 and an error in the body",
  "token-error-500": "answers each token request with status 500 and HTML",
  "token-refusals-200": "says no to a token request with status 200",
  "token-errors-own": "says no to a token request with error codes of its own making",
  "token-form-encoded": "answers token requests form-encoded instead of as JSON",
  "token-form-unless-asked": "the same, unless the request says that it takes JSON",
  "exchange-client-refused": "refuses the client where a code is redeemed (`invalid_client`), as with a wrong secret",
  "expires-in-string": "sends `expires_in` as a string",
  "expires-in-words": "sends an `expires_in` that is no number",
  "expires-in-missing": "does not say when a token ends",
  "token-born-expired": "hands out a first access token that has ended already (`expires_in` 0)",
  "token-ends-early": "takes an access token for half of the time it said",
  "token-type-missing": "leaves out `token_type`",
  "token-type-mac": "says that the token is of the type `mac`",
  "no-refresh-token": "hands out access tokens only",
  "refresh-needs-offline-access": "hands out a refresh token only where `offline_access` was asked for",
  "refresh-needs-access-type": "hands out a refresh token only where the sign-in says `access_type=offline`",
  "refresh-rotation": "hands out a new refresh token each time; using an old one again ends the whole grant",
  "refresh-refused": "refuses every refresh with `invalid_grant`",
  "no-revocation": "offers no revocation",
} as const;

/** Attack → what the server then tries. */
export const AUTHORIZATION_SERVER_ATTACKS = {
  "script-endpoint": "names a `javascript:` address as its authorization endpoint",
  "plain-endpoint": "names a token endpoint on plain http",
  "internal-endpoint": "names a token endpoint at the metadata address of cloud machines (169.254.169.254)",
  "metadata-huge": "describes itself in 5 MB",
  "metadata-deep": "describes itself in JSON that is 100,000 levels deep",
  "metadata-elsewhere": "redirects whoever asks for its metadata to another host",
  "registration-page": "refuses to register with a page full of internals",
  "callback-script": "sends the browser back with a script in the place of an error's description",
  "callback-twice": "sends two codes back",
  "token-redirect": "redirects token requests, code and all, to another host (307)",
  "token-line-break": "hands out an access token that ends a header and begins another",
} as const;

export type AuthorizationServerQuirk = keyof typeof AUTHORIZATION_SERVER_QUIRKS;
export type AuthorizationServerAttack = keyof typeof AUTHORIZATION_SERVER_ATTACKS;
/** Whatever can be switched on a mock authorization server. */
export type AuthorizationServerSwitch = AuthorizationServerQuirk | AuthorizationServerAttack;
