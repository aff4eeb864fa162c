// What a transport asks of authorization: a token to send, and what to do when it was refused.
import type { HttpChallenge } from "./errors.ts";

/** Tokens that are bound to a key (RFC 9449): each request carries a proof, and the scheme is `DPoP`. */
export interface TokenProof {
  /** A fresh proof for one request. */
  prove(token: string, request: { readonly method: string; readonly url: string }): Promise<string>;
  /** Takes the nonce an answer carries, for the proofs to come. False when it carries none. */
  heard(url: string, response: Response): Promise<boolean>;
}

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
  /** Without it tokens are sent as Bearer. */
  readonly proof?: TokenProof | undefined;
}

/** For servers without OAuth: nothing to send, nothing to try. */
export const NO_TOKENS: TokenSource = {
  current: () => Promise.resolve(null),
  afterRefusal: () => Promise.resolve(null),
};
