// The promise that is fulfilled when a connection is of use.
import { type Deferred, defer } from "./deferred.ts";

/**
 * Fulfilled by the identity, or by the state after it when one is announced. Until then it stays the same over
 * reconnects; afterwards each close brings a new one. A terminal close rejects it.
 */
export class Readiness {
  #deferred = silent();
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
    this.#deferred = silent();
    this.#settled = false;
  }

  #fulfil(): void {
    this.#waitsForState = false;
    this.#settled = true;
    this.#deferred.resolve(undefined);
  }
}

/** Nobody has to wait for it, so its rejection is nobody's fault. */
function silent(): Deferred<void> {
  const deferred = defer<void>();
  deferred.promise.catch(() => {});
  return deferred;
}
