// A stub of an agent that has started.
import type { Agent } from "../agent/agent.ts";

export interface AgentGetOptions<Props extends Record<string, unknown> = Record<string, unknown>> {
  readonly jurisdiction?: DurableObjectJurisdiction;
  /** Where to create the object when it does not exist yet. */
  readonly locationHint?: DurableObjectLocationHint;
  /** Given to `onStart` when this call is what wakes the object. Structured-cloneable. */
  readonly props?: Props;
}

/**
 * The agent of that name, created when there is none. Resolves after its `onStart`.
 *
 * Rejects with what `onStart` threw.
 */
export async function getAgentByName<T extends Agent>(
  namespace: DurableObjectNamespace<T>,
  name: string,
  options: AgentGetOptions = {},
): Promise<DurableObjectStub<T>> {
  const stub = agentStub(namespace, name, options);
  // Every Agent has it; the stub's mapped type loses it for a generic T.
  await (stub as unknown as Pick<Agent, "setName">).setName(name, options.props);
  return stub;
}

/** The stub alone, without a request to it. */
export function agentStub<T extends Rpc.DurableObjectBranded | undefined>(
  namespace: DurableObjectNamespace<T>,
  name: string,
  { jurisdiction, locationHint }: Omit<AgentGetOptions, "props">,
): DurableObjectStub<T> {
  const scoped = jurisdiction === undefined ? namespace : namespace.jurisdiction(jurisdiction);
  return scoped.get(scoped.idFromName(name), locationHint === undefined ? {} : { locationHint });
}
