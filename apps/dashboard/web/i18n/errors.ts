// What each error code means to a person: one sentence on what happened or what helps. Codes not listed say what the agent said.
import type { ErrorCode } from "../model.ts";

export const ERROR_TEXT: Partial<Record<ErrorCode, string>> = {
  "url-invalid": "That address is not a valid http or https address.",
  "url-blocked": "Your agent is not allowed to reach that address.",
  "host-unreachable": "Nothing answered at that address. Is the server running?",
  timeout: "The server took too long to answer.",
  "http-error": "The server answered with an error.",
  "redirect-refused": "The server pointed somewhere else, and your agent does not follow.",
  "binding-not-found": "The app is not bound to this server any more.",
  "not-an-mcp-server": "Something answers at this address, but it does not speak MCP.",
  "invalid-response": "The server's answer could not be understood.",
  "discovery-failed": "It is connected, but its tools could not be listed.",
  "session-lost": "The server has forgotten the session.",
  forbidden: "The server refuses this account.",
  "authorization-server-not-found": "The server asks for a sign-in but does not say where.",
  "client-id-required":
    "The sign-in service does not let apps register themselves. Its operator has to hand out a client id.",
  "authorization-denied": "Access was declined. Nothing was connected.",
  "authorization-failed": "The sign-in service reported a problem.",
  "authorization-expired": "The sign-in was not finished in time.",
  "browser-mismatch": "The sign-in was finished in another browser than the one that began it.",
  "token-refused": "The sign-in service refused to hand out access.",
  "token-rejected": "The server does not accept the access it was given.",
  "vault-key-required": "This deployment has no vault key, so nothing secret may be stored.",
  "vault-locked": "The stored sign-in cannot be read with the current vault key.",
  "tool-not-found": "The server no longer has this tool.",
  "not-connected": "The server is not connected.",
  "authorization-required": "The server asks for a new sign-in.",
  "insufficient-scope": "This needs more permission than you gave.",
  "connection-closed": "The connection to your agent was lost while it worked.",
  "call-timeout": "No answer came in time.",
};
