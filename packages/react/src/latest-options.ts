// Options for a client that outlives the render that made it.
import { type AgentClientOptions, isTerminalCloseEvent } from "@agents-internal/client";
import type { RefObject } from "react";

/** The same options, closed until mounted, with every function looked up in the latest render when it is needed. */
export function latestOptions<State>(
  first: AgentClientOptions<State>,
  latest: RefObject<AgentClientOptions<State>>,
): AgentClientOptions<State> {
  return {
    ...first,
    startClosed: true,
    ...(typeof first.query === "function" && {
      query: () => {
        const now = latest.current.query;
        return (typeof now === "function" ? now() : now) ?? {};
      },
    }),
    shouldReconnectOnClose: (event) => latest.current.shouldReconnectOnClose?.(event) ?? !isTerminalCloseEvent(event),
    // Getters, because the client asks whether there is a handler at all.
    get onIdentityChange() {
      return latest.current.onIdentityChange;
    },
    get onElicitation() {
      return latest.current.onElicitation;
    },
    onStateUpdate: (state, source) => latest.current.onStateUpdate?.(state, source),
    onStateUpdateError: (error) => latest.current.onStateUpdateError?.(error),
    onMcpUpdate: (mcp) => latest.current.onMcpUpdate?.(mcp),
    onIdentity: (name, agent) => latest.current.onIdentity?.(name, agent),
    onConnectionError: (error) => latest.current.onConnectionError?.(error),
    onOpen: (event) => latest.current.onOpen?.(event),
    onMessage: (event) => latest.current.onMessage?.(event),
    onClose: (event) => latest.current.onClose?.(event),
    onError: (event) => latest.current.onError?.(event),
  };
}
