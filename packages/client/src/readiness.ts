// The promise that is fulfilled when a connection is of use.

/**
 * Fulfilled by the identity, or by the state after it when one is announced. Until then it stays the same over
 * reconnects; afterwards each close brings a new one. A terminal close rejects it.
 */
export class Readiness {
  #deferred = defer();
  #settled = false;
  #waitsForState = false;

  get promise(): Promise<void> {
    return this.#deferred.promise;
  }

  identified(stateFollows: boolean): void {
    this.#waitsForState = stateFollows;
    if (!stateFollows) this.#fulfil();
  }

  state(): void {
    if (this.#waitsForState) this.#fulfil();
  }

  closed(error: Error | null): void {
    this.#waitsForState = false;
    this.restart();
    if (!error) return;
    this.#settled = true;
    this.#deferred.reject(error);
  }

  /** Connecting anew: a promise that is settled gives way to a new one. */
  restart(): void {
    if (!this.#settled) return;
    this.#deferred = defer();
    this.#settled = false;
  }

  #fulfil(): void {
    this.#waitsForState = false;
    this.#settled = true;
    this.#deferred.resolve();
  }
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function defer(): Deferred {
  let settle: Omit<Deferred, "promise"> = { resolve: () => {}, reject: () => {} };
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Nobody has to wait for it.
  promise.catch(() => {});
  return { promise, ...settle };
}
