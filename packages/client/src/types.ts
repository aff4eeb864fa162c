// How the type of an agent's class becomes the types of its state and its stub on the client.

/** What tells an agent's class from a plain state type. */
interface AgentLike {
  setState(state: never): unknown;
  broadcast(...args: never[]): unknown;
}

/** Any method by name; the caller says what it returns. */
export type UntypedStub = Record<string, <T = unknown>(...args: unknown[]) => Promise<T>>;

/** The methods of `A` as they look from afar: each one returns a promise. */
export type RemoteMethods<A> = {
  readonly [K in keyof A as A[K] extends (...args: never[]) => unknown ? K : never]: A[K] extends (
    ...args: infer P
  ) => infer R
    ? (...args: P) => Promise<Awaited<R>>
    : never;
};

/** State of an agent class, or the type itself: `StateOf<MyAgent>` and `StateOf<MyState>` both work. */
export type StateOf<A, S = unknown> = unknown extends S ? (A extends AgentLike & { state: infer T } ? T : A) : S;

/** Stub of an agent class; untyped when no class was given. */
export type StubOf<A> = A extends AgentLike ? RemoteMethods<A> : UntypedStub;
