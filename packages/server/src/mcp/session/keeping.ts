// What is known of a stored call that goes on: part of the session's face.
import type { JsonObject } from "@agents-internal/protocol";
import type { Round } from "../elicitation/people.ts";

/** What is known of the call besides its request. */
export interface Keeping {
  /** Where it is stored: its id. */
  readonly callId?: string | null | undefined;
  /** Go on with this instead of sending the request as it is. */
  readonly stored?: StoredRound | undefined;
}

/** A round that an earlier life of the host stored, and what people answered since. */
export interface StoredRound {
  readonly round: Round;
  readonly answers: JsonObject;
}
