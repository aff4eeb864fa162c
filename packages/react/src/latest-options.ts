// Options for a client that outlives the render that made it.
import { type AgentClientOptions, isTerminalCloseEvent } from "@agents-internal/client";
import type { RefObject } from "react";

/** The same options, closed until mounted, with every function looked up in the latest render when it is needed. */
export function latestOptions<State>(
  first: AgentClientOptions<State>,
  latest: RefObject<AgentClientOptions<State>>,
): AgentClientOptions<State> {
  const own: AgentClientOptions<State> = {
    ...first,
    startClosed: true,
    ...(typeof first.query === "function" && {
      query: () => {
        const now = latest.current.query;
        return (typeof now === "function" ? now() : now) ?? {};
      },
    }),
    shouldReconnectOnClose: (event) => latest.current.shouldReconnectOnClose?.(event) ?? !isTerminalCloseEvent(event),
  };
  // The client asks for a handler each time it has something to tell.
  return new Proxy(own, {
    get: (_own, key: keyof typeof own) => (String(key).startsWith("on") ? latest.current : own)[key],
  });
}
