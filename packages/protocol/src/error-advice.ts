// What to do about each error code: said to whoever runs the app. A code without its advice does not compile.
import { ERROR_CODES, type ErrorCode } from "./error-code.ts";

const MEND = "Nothing that can be mended here: tell whoever runs the server, with the report of what happened.";
const REPEAT = "Try again; if it stays, look at what happened and tell whoever runs the server.";
const CALLER = "Mend the call: the detail says what is wrong.";

const ERROR_ADVICE: Readonly<Record<ErrorCode, string>> = {
  "url-invalid": "Check the address; it begins with https:// and is written out in full.",
  "url-blocked":
    "Use a public https address. For a server on your own machine or network name its exact origin in the agent's `mcp.allowOrigins`.",
  "host-unreachable":
    "Check that the server runs and is reachable from where the agent runs, not only from your browser.",
  timeout: "Try again; if it stays, the server is too slow or something on the way swallows requests.",
  "http-error":
    "Look at the status: 429 and 5xx pass by themselves and are tried again; 403 is often a firewall that does not let servers in.",
  "redirect-refused": "Add the address it redirects to, after making sure that it is the same server.",
  "response-too-large": "Ask the tool for less, or whoever runs the server to answer in pages.",
  "not-an-mcp-server": "Check the path: the endpoint is often /mcp or /sse, and not the web site itself.",
  "invalid-response": REPEAT,
  "binding-not-found": "Put the binding back into the Worker's configuration, or remove the server.",
  "transport-not-implemented": "Leave `transport.type` at `auto`, or name the other transport.",
  "protocol-error": "The detail is the server's own reason; most often an argument or a name it does not know.",
  "session-lost": "Nothing: a new session is begun by the next call.",
  "discovery-failed": REPEAT,
  "list-endless": "Tell whoever runs the server that its pages never end, or raise `client.listMaxPages`.",
  "list-too-large": "Tell whoever runs the server; what was read until the limit can be used.",
  "catalogue-full": "Remove servers that are not needed, or add some of them to another agent.",
  "items-unusable": "Tell whoever runs the server which items are broken; all others can be used.",
  "authorization-required": "Send the person to the sign-in address of the server (`auth_url`).",
  forbidden: "Sign in with another account, or ask for access where accounts are managed.",
  "insufficient-scope":
    "Let the person agree to the scopes that are asked for; with `oauth.scopes` set, add them there.",
  "authorization-server-not-found":
    "Whoever runs the server has to name a sign-in service that describes itself; the probes in the timeline say what was there instead.",
  "resource-metadata-missing":
    "Whoever runs the server has to publish its protected resource metadata (RFC 9728). If they cannot and you know who signs in for it, pass `oauth.exceptions.noResourceMetadata: { issuer }`, or `oauth.client.issuer` with your own client.",
  "metadata-invalid":
    "Whoever runs the sign-in service has to mend its description; the probes say which and the detail what.",
  "resource-mismatch":
    "Check that the server was added with the address it publishes. If so, do not sign in: the description was made for another server.",
  "resource-prefix":
    "Whoever runs the server has to publish its full address as `resource`. If they cannot, and every server below the published one may see this access, pass `oauth.exceptions.prefixResource` with the published value.",
  "resource-refused":
    "The sign-in service has to take `resource` (RFC 8707). If it cannot, as with Microsoft Entra, pass `oauth.exceptions.omitResource: true`.",
  "issuer-not-identical":
    "Compare both names in the detail. If the provider confirms that both are theirs, pass `oauth.exceptions.issuerAlias: { named, published }`.",
  "issuer-mismatch":
    "Do not sign in: the answer came from another service than the one that was asked. If the server moved to another provider, add it anew.",
  "pkce-unsupported":
    "The sign-in service has to offer PKCE with S256; there is no exception for one that says it does not.",
  "pkce-unadvertised":
    "The sign-in service has to list S256 in `code_challenge_methods_supported`. If it takes PKCE and only does not say so, pass `oauth.exceptions.unadvertisedPkce: true`.",
  "client-id-required":
    "Register the app at the provider with exactly the redirect URI that is shown, and pass what you get as `oauth.client`.",
  "registration-refused":
    "Some providers take known apps only: register by hand with the redirect URI that is shown and pass `oauth.client`, or try another `oauth.clientName`.",
  "callback-host-required": "Pass `callbackHost`: the origin under which people reach the app.",
  "authorization-denied": "Nothing was connected. Sign in again and agree, if that was a mistake.",
  "authorization-failed": "Try again; if it stays, the provider's words are in the detail.",
  "authorization-expired": "Begin the sign-in again; it stays open for an hour.",
  "callback-invalid": "Begin the sign-in again from the app.",
  "flow-unknown": "Begin the sign-in again from the app; each one works once.",
  "browser-mismatch":
    "Finish the sign-in in the browser that began it. If you did not begin one, somebody sent you a link that was not for you.",
  "user-mismatch": "Finish the sign-in as the person who began it.",
  "token-refused":
    "Sign in again. Where it stays, check client id, secret and method of `oauth.client`, or the credentials of `oauth.grant`.",
  "token-response-invalid": MEND,
  "dpop-unsupported": "Leave out `oauth.dpop` for this server, if its access need not be bound to a key.",
  "token-rejected":
    "Sign in again with an account that may use this server. Where it stays, server and sign-in service do not agree on whom tokens are for.",
  "vault-key-required": "Set the Worker secret AGENTS_VAULT_KEYS.",
  "vault-key-invalid":
    "Check the Worker secret AGENTS_VAULT_KEYS: `id:` and 32 bytes as base64, several parted by commas.",
  "vault-locked":
    "Put the earlier key back into AGENTS_VAULT_KEYS, behind the present one; without it people sign in again.",
  "option-invalid": CALLER,
  "server-not-found": "Ask for the list of servers again; this one was removed or never added.",
  "server-id-taken": "Choose another id, or remove the server that has it.",
  "not-connected": "Connect the server, or wait until it is connected.",
  "tool-not-found": "Ask for the list of tools again; the server may have taken it away.",
  "tool-denied": "Change the policy of the tool, if it may be used after all.",
  "tool-held": "Look at what changed in the tool and accept it, or leave it held.",
  "tool-approval-required": "Ask a person, and make the call with their approval.",
  "tool-failed": "The tool's own words are in the result; most often other arguments help.",
  "result-invalid": MEND,
  "content-unverified": "Read the skill's description again and ask the person again; its files have changed.",
  "elicitation-unknown": "Ask for the open questions again.",
  "elicitation-ended": "Nothing: somebody has answered, or the call is over.",
  "elicitation-interrupted": "Make the call again.",
  "elicitation-invalid": "Answer in the form that the question asks for.",
  "elicitation-refused": "Configure who answers this kind of question, if it should be put to somebody.",
  aborted: "Nothing: it was cancelled on purpose.",
  "call-interrupted": "Look at the server whether the call took effect before making it again.",
  "call-expired": "Make the call again; the server gave up what it had not done in its own time.",
  "call-forgotten": "Look at the server whether the work took effect before asking for it again.",
  "too-many-calls": "Wait until some of the calls have ended.",
  removed: "Add the server again, if it is still wanted.",
  "method-not-found": "Check the name of the method; client and agent may be of different versions.",
  "method-not-callable": "Mark the method with `@callable()`, if browsers may call it.",
  readonly: "This connection may only look; connect as somebody who may change things.",
  "state-rejected": "The agent refused this state: see its `validateStateChange`.",
  "message-invalid": "Client and agent have to be of versions that fit.",
  "message-too-large": "Send less at once.",
  "connection-closed": "Nothing: the client connects again by itself. Repeat calls that may be repeated.",
  "call-timeout": "Try again, or give the call more time.",
  "call-failed": "Look into the agent's log: the method threw.",
  "internal-error": "Look into the agent's log, and report what happened.",
};

/** An error code in words. */
export interface ErrorDescription {
  readonly code: ErrorCode;
  /** What happened, in a sentence for anybody. */
  readonly message: string;
  /** What to do about it, for whoever runs the app. */
  readonly advice: string;
  /** The same may succeed later without anything being changed. */
  readonly retryable: boolean;
}

/** What a code means and what to do about it. Costs its table only where it is imported. */
export function describeError(code: ErrorCode): ErrorDescription {
  return { code, ...ERROR_CODES[code], advice: ERROR_ADVICE[code] };
}
