// A request that can be taken back: whoever made it hears so at once, the server before its connection ends.
import type { Sending, Transport } from "./transport.ts";

/**
 * What `send` comes to, unless `sending.signal` ends first: then `tell` brings the farewell, where there is one, and only
 * then is `stop` aborted.
 */
export function untilTakenBack<T>(
  { signal, farewell }: Sending,
  stop: AbortController,
  tell: Transport["tell"],
  send: () => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const end = (): void => {
      reject(signal.reason);
      const abort = (): void => stop.abort(signal.reason);
      if (farewell === undefined) abort();
      // That it could not be told changes nothing.
      else tell(farewell()).then(abort, abort);
    };
    signal.addEventListener("abort", end, { once: true });
    const forget = (): void => signal.removeEventListener("abort", end);
    send().then(
      (value) => {
        forget();
        return resolve(value);
      },
      (error: unknown) => {
        forget();
        reject(error);
      },
    );
  });
}
