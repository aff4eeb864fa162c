// What a transport asks of authorization: a token to send, and what to do when it was refused.
import type { HttpChallenge } from "./errors.ts";

/** The access token of one server. All callers of one server share one source, and so one refresh. */
export interface TokenSource {
  /** The token to send, refreshed first when it is about to end; `null` when there is none. */
  current(): Promise<string | null>;
  /**
   * The server answered 401 to a request that carried `refused` (`null`: it carried none).
   *
   * Returns another token to try once more, or `null` when only a person can help. A token that was
   * replaced meanwhile is returned without a new refresh.
   */
  afterRefusal(refused: string | null, challenge: HttpChallenge): Promise<string | null>;
}

/** For servers without OAuth: nothing to send, nothing to try. */
export const NO_TOKENS: TokenSource = {
  current: () => Promise.resolve(null),
  afterRefusal: () => Promise.resolve(null),
};
