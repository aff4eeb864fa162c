// What a session needs of a transport besides what the protocol client needs.
import type { Transport } from "@modelcontextprotocol/client";

/** How it came that no stream is open (any more): none was wanted, or the server did not keep one open. */
export type StreamEnd = "none" | "given-up";

export interface HttpTransport extends Transport {
  /** Tell the server that the session is over, within 2 s. Never rejects. */
  endSession(): Promise<void>;
  /** See `Session.standing`. */
  readonly standing: Promise<StreamEnd>;
}
