// The platform's types under the names an agent's author knows them by.

/** First argument of an agent's constructor, and `this.ctx`. */
export type AgentContext = DurableObjectState;

/** The binding of an agent class. */
export type AgentNamespace<T extends Rpc.DurableObjectBranded> = DurableObjectNamespace<T>;
