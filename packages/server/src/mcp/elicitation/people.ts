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

/** The call that is stopped by a round of questions. */
export interface StoppedCall {
  readonly serverId: string;
  /** Where the call itself is stored: its id. */
  readonly callId: string | null;
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

export type PostedAsking = Pick<Asking, "serverId" | "call"> & Required<Pick<Asking, "round">>;

/** Keeps rounds, so that they can be gone on with after a wake. */
export interface Rounds {
  /**
   * `answers`: those that are there already. Resolves with the id of the stored round; `null`: it ends with this life of the
   * host. Never rejects.
   */
  keepRound(round: Round, answers: JsonObject, call: StoppedCall): Promise<string | null>;
  /** Whoever asked for a call that is not stored has all answers, or needs none any more. */
  endRound(id: string): void;
}

/** Rounds as they can be gone on with when whoever asked is gone. */
export interface StoredRounds extends Rounds {
  /** A person answered; the first answer is kept. Rejects as the vault does. */
  keepAnswer(id: string, key: string, result: ElicitResult): Promise<void>;
  /** A question of it has ended. The call is sent when it was the last one. */
  goOn(id: string): void;
  /** It is there, and can be gone on with. */
  canGoOn(id: string): boolean;
}

/** The questions of one stored call. */
export interface CallQuestions {
  /** Some still wait for a person. */
  areOpen(callId: string): boolean;
  /** Nobody needs the answers any more. */
  withdrawCall(callId: string): void;
}

export interface People extends Rounds {
  /**
   * Resolves with what the first one answered, or `cancel` when nobody did in time. Rejects with `McpError`: `aborted`,
   * `elicitation-refused`.
   */
  ask(params: ElicitRequest["params"], asking: Asking): Promise<ElicitResult>;
  /** Ask for a stored round, and wait for nothing: the stored call is told. Throws `elicitation-refused`. */
  post(params: ElicitRequest["params"], asking: PostedAsking): void;
}
