// What every local server is once it runs: something that answers, and can be cut off.
import type { RequestListener } from "node:http";

export interface ServedApp {
  readonly listener: RequestListener;
  /** Forgets all sessions, as a restarted server would. Returns how many there were. */
  dropSessions(): number;
  close(): Promise<void>;
}
