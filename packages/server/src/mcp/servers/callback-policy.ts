// Which callback addresses, and which kind of start URL, a host lets its servers have.
import type { ServerRequest } from "./add-server.ts";
import { McpError } from "../errors.ts";
import type { Log } from "../ports.ts";

export interface CallbackPolicy {
  /** Hosts (`app.example`, `localhost:8787`) or origins; `undefined`: every one. */
  readonly hosts: readonly string[] | undefined;
  /** The app itself says whether the person who comes back is the right one. */
  readonly verifiesUsers: boolean;
}

/** Also of addresses that were stored before the list was, or taken over from elsewhere. */
export function admitsCallback(url: string, { hosts }: Pick<CallbackPolicy, "hosts">): boolean {
  if (!URL.canParse(url)) return false;
  const { host, origin, protocol } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return false;
  return hosts === undefined || hosts.includes(host) || hosts.includes(origin);
}

/**
 * The request as it may be carried out. An address that was only derived, from where the agent was reached, is left out when
 * it is not listed: whoever can send a request through a front with a host of their own does not decide where codes go.
 *
 * Throws `option-invalid` for an address that a developer named, and for `startUrl: "direct"` where nobody verifies.
 */
export function admitCallback(request: ServerRequest, policy: CallbackPolicy, log: Log): ServerRequest {
  if (request.oauth?.startUrl === "direct" && !policy.verifiesUsers) {
    throw invalid(`oauth.startUrl "direct" binds no browser; it needs verifyCallbackUser.`);
  }
  const { callbackUrl } = request;
  if (policy.hosts === undefined || callbackUrl === null || admitsCallback(callbackUrl, policy)) return request;
  if (request.callbackGiven)
    throw invalid(`The callback host ${new URL(callbackUrl).host} is not among callbackHosts.`);
  log.warn("mcp-callback-host-unlisted");
  return { ...request, callbackUrl: null };
}

function invalid(detail: string): McpError {
  return new McpError("option-invalid", { detail });
}
