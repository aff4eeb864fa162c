// Which option changes mean another connection.
import { type AgentAddressOptions, type AgentClientOptions, toPartyAddress } from "@agents-internal/client";

/** What identifies a connection, to be compared part by part. */
export type ClientKey = readonly unknown[];

/** Everything that becomes part of the connection. A query function is not: it is asked at each connect; see `queryDeps`. */
export function clientKey(
  options: AgentAddressOptions & Pick<AgentClientOptions, "id" | "protocols" | "WebSocket">,
  queryDeps: readonly unknown[],
): ClientKey {
  const { query, ...address } = toPartyAddress({ ...options, startClosed: true });
  return [
    JSON.stringify(address),
    typeof query === "function" ? "function" : JSON.stringify(query),
    options.id,
    typeof options.protocols === "function" ? "function" : JSON.stringify(options.protocols),
    options.WebSocket,
    ...queryDeps,
  ];
}

export function isSameKey(a: ClientKey, b: ClientKey): boolean {
  return a.length === b.length && a.every((part, index) => Object.is(part, b[index]));
}
