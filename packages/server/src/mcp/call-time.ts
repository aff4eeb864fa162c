// How long a call may take where its caller does not say, whichever way it goes.

/** ms of silence; default of `RequestOptions.timeout`. */
export const DEFAULT_TIMEOUT = 60_000;

/** Progress starts `timeout` anew, but not for ever: this many times that ends the call in any case. */
export const TOTAL_TIMEOUT_FACTOR = 10;
