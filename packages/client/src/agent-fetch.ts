// Plain HTTP to an agent, addressed like a client.
import { type AgentAddressOptions, toPartyAddress, toUrl, withQuery } from "./options.ts";

/** Options of {@link agentFetch}. */
export interface AgentFetchOptions extends Omit<AgentAddressOptions, "protocol"> {
  /** Used instead of the global `fetch`. */
  fetch?: typeof fetch;
}

/**
 * Send an HTTP request to `/agents/{agent}/{name}[/path]`.
 *
 * Throws `AgentError` with code `option-invalid` when there is no host to be had; fails like `fetch` otherwise.
 *
 * @example
 * const response = await agentFetch({ agent: "MyAgent", host: "example.com", path: "status" });
 */
export function agentFetch(options: AgentFetchOptions, init?: RequestInit): Promise<Response> {
  const url = toUrl(toPartyAddress(options)).replace(/^ws/, "http");
  return withQuery(url, options.query).then((address) => (options.fetch ?? fetch)(address, init));
}
