// Every error code that can reach a developer or a browser, and whether trying again can help.

interface ErrorCodeFacts {
  /** The same call may succeed later without anything being changed. */
  readonly retryable: boolean;
  /** One plain sentence for a person; never contains text from a server. */
  readonly message: string;
}

const facts = <const T extends Record<string, ErrorCodeFacts>>(table: T): T => table;

/** The table behind {@link ErrorCode}. Adding a code: see CONTRIBUTING.md. */
export const ERROR_CODES = /* @__PURE__ */ facts({
  // reaching the server
  "url-invalid": { retryable: false, message: "The server's address is not a valid http(s) URL." },
  "url-blocked": { retryable: false, message: "The address is not one this agent may reach." },
  "host-unreachable": { retryable: true, message: "The server could not be reached." },
  timeout: { retryable: true, message: "The server did not answer in time." },
  "http-error": { retryable: true, message: "The server answered with an HTTP error." },
  "redirect-refused": { retryable: false, message: "The server redirected to another place, which is not followed." },
  "response-too-large": { retryable: false, message: "The server's answer was larger than allowed." },
  "not-an-mcp-server": { retryable: false, message: "The address answers, but not as an MCP server." },
  "invalid-response": { retryable: true, message: "The server's answer could not be understood." },
  "binding-not-found": { retryable: false, message: "The app is not bound to this server any more." },
  "transport-not-implemented": { retryable: false, message: "The server does not offer this transport." },
  "protocol-error": { retryable: false, message: "The server refused the request." },
  "session-lost": { retryable: true, message: "The server has forgotten this session." },
  "discovery-failed": { retryable: true, message: "The server's tools could not be listed." },
  "list-endless": { retryable: false, message: "The server's list has no end that this agent would read to." },
  "list-too-large": { retryable: false, message: "The server's list is larger than this agent keeps." },
  "catalogue-full": { retryable: true, message: "All servers together offer more than this agent keeps." },
  "items-unusable": { retryable: false, message: "Some of what the server lists cannot be used." },
  // signing in
  "authorization-required": { retryable: false, message: "The server asks for a sign-in." },
  forbidden: { retryable: false, message: "The server refuses this account." },
  "insufficient-scope": { retryable: false, message: "The server asks for more permission." },
  "authorization-server-not-found": {
    retryable: true,
    message: "The server asks for a sign-in but does not say where.",
  },
  "resource-metadata-missing": {
    retryable: false,
    message: "The server asks for a sign-in but publishes nothing about it.",
  },
  "metadata-invalid": {
    retryable: true,
    message: "The sign-in service describes itself in a way that cannot be used.",
  },
  "resource-mismatch": { retryable: false, message: "The server's sign-in description belongs to another address." },
  "resource-prefix": {
    retryable: false,
    message: "The server's sign-in description is for a wider address than the server's own.",
  },
  "resource-refused": {
    retryable: false,
    message: "The sign-in service refuses to be told which server the access is for.",
  },
  "issuer-not-identical": {
    retryable: false,
    message: "The sign-in service calls itself by another name than the server does.",
  },
  "issuer-mismatch": { retryable: false, message: "The sign-in service is not the one it claims to be." },
  "pkce-unsupported": {
    retryable: false,
    message: "The sign-in service does not offer the protection this agent insists on (PKCE S256).",
  },
  "pkce-unadvertised": {
    retryable: false,
    message: "The sign-in service does not say whether it offers the protection this agent insists on (PKCE S256).",
  },
  "client-id-required": { retryable: false, message: "The sign-in service wants this app to be registered by hand." },
  "registration-refused": { retryable: false, message: "The sign-in service refused to register this app." },
  "callback-host-required": { retryable: false, message: "Signing in needs a callback address; pass callbackHost." },
  "authorization-denied": { retryable: true, message: "Access was declined." },
  "authorization-failed": { retryable: true, message: "The sign-in service reported a problem." },
  "authorization-expired": { retryable: true, message: "The sign-in was not finished in time." },
  "callback-invalid": { retryable: false, message: "This sign-in answer is not complete." },
  "flow-unknown": { retryable: false, message: "This sign-in is not known, was already used, or has expired." },
  "browser-mismatch": { retryable: false, message: "This sign-in was started in another browser." },
  "user-mismatch": { retryable: false, message: "This sign-in was started by somebody else." },
  "token-refused": { retryable: true, message: "The sign-in service refused to hand out access." },
  "token-response-invalid": { retryable: true, message: "The sign-in service's answer could not be understood." },
  "dpop-unsupported": {
    retryable: false,
    message: "The sign-in service does not bind access to this agent's key (DPoP), as was asked for.",
  },
  "token-rejected": { retryable: true, message: "The server does not accept the access it was shown." },
  // the vault
  "vault-key-required": { retryable: false, message: "Secrets may not be stored before a vault key is configured." },
  "vault-key-invalid": { retryable: false, message: "The configured vault key cannot be used." },
  "vault-locked": { retryable: false, message: "A stored secret cannot be read with the configured vault keys." },
  // calling the SDK
  "option-invalid": { retryable: false, message: "An option is not valid." },
  "server-not-found": { retryable: false, message: "No such server." },
  "server-id-taken": { retryable: false, message: "Another server already uses this id." },
  "not-connected": { retryable: true, message: "The server is not connected." },
  "tool-not-found": { retryable: false, message: "No such tool." },
  "tool-denied": { retryable: false, message: "This tool may not be used." },
  "tool-held": { retryable: false, message: "This tool is new or has changed, and was not accepted yet." },
  "tool-approval-required": { retryable: false, message: "A person has to agree to each call of this tool." },
  "tool-failed": { retryable: false, message: "The tool reported a failure." },
  "result-invalid": { retryable: false, message: "The tool's result does not match what it promised." },
  "content-unverified": { retryable: false, message: "A file of a skill is not the one the server had described." },
  "elicitation-unknown": { retryable: false, message: "No such question." },
  "elicitation-ended": { retryable: false, message: "The question was answered already, or is not asked any more." },
  "elicitation-interrupted": {
    retryable: false,
    message: "The question was lost when the agent was restarted; its call has to be made again.",
  },
  "elicitation-invalid": { retryable: false, message: "The answer does not fit the question." },
  "elicitation-refused": { retryable: false, message: "The server asked a question that is not put to anybody." },
  aborted: { retryable: false, message: "The call was cancelled." },
  "call-interrupted": {
    retryable: false,
    message: "The agent was stopped in the middle of the call; whether the server ran it is not known.",
  },
  "call-expired": {
    retryable: false,
    message: "The server keeps its work for so long only, and it was not done by then.",
  },
  "call-forgotten": { retryable: false, message: "The server does not know this work any more." },
  "too-many-calls": { retryable: true, message: "Too many calls are under way at once." },
  removed: { retryable: false, message: "The server was removed." },
  // talking to an agent
  "method-not-found": { retryable: false, message: "No such method." },
  "method-not-callable": { retryable: false, message: "This method cannot be called from outside." },
  readonly: { retryable: false, message: "Connection is readonly" },
  "state-rejected": { retryable: false, message: "State update rejected" },
  "message-invalid": { retryable: false, message: "The message could not be understood." },
  "message-too-large": { retryable: false, message: "The message is larger than allowed." },
  "connection-closed": { retryable: true, message: "Connection closed" },
  "call-timeout": { retryable: true, message: "The call took too long." },
  "call-failed": { retryable: false, message: "The method failed." },
  "internal-error": { retryable: true, message: "Something went wrong inside the agent." },
});

/** A stable name for what went wrong; see the table in the docs for what to do about each. */
export type ErrorCode = keyof typeof ERROR_CODES;

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(ERROR_CODES, value);
}
