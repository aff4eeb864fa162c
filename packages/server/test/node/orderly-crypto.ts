// Makes asynchronous cryptography end in the order in which it began, so that a run with the same seed is the same run.
import { vi } from "vitest";

const METHODS = [
  "encrypt",
  "decrypt",
  "sign",
  "verify",
  "digest",
  "generateKey",
  "importKey",
  "exportKey",
  "deriveKey",
  "deriveBits",
  "wrapKey",
  "unwrapKey",
] as const;

/** Returns a wait for all that is under way. `vi.restoreAllMocks()` ends it. */
export function orderCrypto(): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  const pending = new Set<Promise<unknown>>();
  const { subtle } = crypto;
  for (const method of METHODS) {
    const original = subtle[method].bind(subtle) as (...args: unknown[]) => Promise<unknown>;
    const inTurn = (...args: unknown[]): Promise<unknown> => {
      const work = last.then(() => original(...args));
      const ended: Promise<unknown> = work.then(
        () => pending.delete(ended),
        () => pending.delete(ended),
      );
      pending.add(ended);
      last = ended;
      return work;
    };
    vi.spyOn(subtle, method).mockImplementation(inTurn as never);
  }
  return async () => {
    while (pending.size > 0) await Promise.all(pending);
  };
}
