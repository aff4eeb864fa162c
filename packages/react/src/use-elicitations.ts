// Selector hook: the questions of an agent's MCP servers that wait for a person, and the way to answer them.
import type { AgentClient } from "@agents-internal/client";
import type { Elicitation, ElicitResult } from "@agents-internal/protocol";
import { useCallback, useSyncExternalStore } from "react";

/** What {@link useElicitations} needs of an agent: what `useAgent` returns, or any `AgentClient`. */
export type ElicitationSource = Pick<AgentClient, "elicitations" | "answerElicitation">;

export interface UseElicitationsResult {
  /** Oldest first. Every text in them is a server's own and untrusted. */
  readonly elicitations: readonly Elicitation[];
  /** Rejects as `AgentClient.answerElicitation` does. */
  readonly answer: (id: string, result: ElicitResult) => Promise<void>;
}

/** Renders again when a question is asked, and when one is over, also when somebody else answered it. */
export function useElicitations(agent: ElicitationSource): UseElicitationsResult {
  const { subscribe, getSnapshot } = agent.elicitations;
  const elicitations = useSyncExternalStore(subscribe, getSnapshot, getSnapshot);
  const answer = useCallback((id: string, result: ElicitResult) => agent.answerElicitation(id, result), [agent]);
  return { elicitations, answer };
}
