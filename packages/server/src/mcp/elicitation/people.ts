// What a session needs to put a server's questions to people.
import type { ElicitRequest, ElicitResult, JsonObject } from "@agents-internal/protocol";

/** A call of the newest revision that was answered with questions: with the answers it can be sent again, at any time. */
export interface Round {
  readonly method: string;
  readonly params: JsonObject;
  readonly inputRequests: JsonObject;
  /** To be sent back as it came. */
  readonly requestState: string | null;
}

export interface Asking {
  readonly serverId: string;
  /** The tool, prompt or resource whose call asks; `null`: unknown. */
  readonly call: string | null;
  /** Ends when nobody needs the answer any more. */
  readonly signal: AbortSignal;
  /** The stored round, and the name of the question in it. */
  readonly round?: { readonly id: string; readonly key: string } | undefined;
  /** A page: wait until what it is for is done, not only until somebody agreed to open it. */
  readonly untilDone?: boolean | undefined;
}

export interface People {
  /**
   * Resolves with what the first one answered, or `cancel` when nobody did in time. Rejects with `McpError`: `aborted`,
   * `elicitation-refused`.
   */
  ask(params: ElicitRequest["params"], asking: Asking): Promise<ElicitResult>;
  /** Store a round, so that it can be gone on with after a wake. `null`: it cannot be. */
  keepRound(serverId: string, round: Round): Promise<string | null>;
  /** Its answers are on their way, or nobody needs them any more. */
  dropRound(serverId: string, id: string): void;
}
