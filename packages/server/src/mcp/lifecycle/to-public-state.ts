// The documented name of a state.
import type { MCPConnectionState } from "@agents-internal/protocol";
import type { ConnectionState } from "./state.ts";

export function toPublicState(state: ConnectionState): MCPConnectionState {
  switch (state.kind) {
    case "registered":
    case "signing-out":
    case "removed":
      return "not-connected";
    case "exchanging":
      return "connecting";
    case "failed":
      // Another attempt is due: for a person this is still connecting.
      return state.retryAt === null ? "failed" : "connecting";
    case "connecting":
    case "authenticating":
    case "connected":
    case "discovering":
    case "ready":
      return state.kind;
  }
}
