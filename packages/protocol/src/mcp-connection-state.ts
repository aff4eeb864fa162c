// The public names of a connection's life, and the questions one asks about them.

/**
 * Where a connection to an MCP server stands.
 *
 * The first six names are the documented ones; `not-connected` is an addition for a server that is
 * registered and deliberately not connected.
 */
export const MCPConnectionState = {
  AUTHENTICATING: "authenticating",
  CONNECTING: "connecting",
  CONNECTED: "connected",
  DISCOVERING: "discovering",
  READY: "ready",
  FAILED: "failed",
  NOT_CONNECTED: "not-connected",
} as const;

export type MCPConnectionState = (typeof MCPConnectionState)[keyof typeof MCPConnectionState];

/** True while something is under way that ends by itself. */
export function isInProgress(state: MCPConnectionState): boolean {
  return state === "connecting" || state === "connected" || state === "discovering";
}

/** True when nothing goes on until a person acts. */
export function needsPerson(state: MCPConnectionState): boolean {
  return state === "authenticating" || state === "failed";
}
