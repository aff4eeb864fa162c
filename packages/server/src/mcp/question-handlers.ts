// Who answers what servers ask in the middle of a call.
import type { ElicitRequest, ElicitResult, Root, SamplingRequest, SamplingResult } from "@agents-internal/protocol";

/**
 * Answers one question of a server. `signal` ends when the question is withdrawn or the session closed; what is answered
 * later is dropped. What it throws reaches the server as a plain failure, without its text.
 */
export type QuestionHandler<Request, Result> = (
  request: Request,
  serverId: string,
  signal: AbortSignal,
) => Result | Promise<Result>;

/** Asks a person. See {@link QuestionHandler}. */
export type ElicitationHandler = QuestionHandler<ElicitRequest, ElicitResult>;

/**
 * One handler for each kind of question. A kind without one is not announced to servers, and refused.
 *
 * `"clients"`: the people at the connected clients answer; see `MCPClientManager.listElicitations`. The first answer
 * counts, and the time limit of the call stands still while they are asked.
 *
 * An accepted form is completed with the defaults of its schema, for every property that was left out.
 */
export interface ElicitationHandlers {
  readonly form?: ElicitationHandler | "clients" | undefined;
  readonly url?: ElicitationHandler | "clients" | undefined;
  /** ms that clients have for an answer; default 300 000. Then the server is told `cancel`. */
  readonly answerWithin?: number | undefined;
}

/** Asks a model, best with a person in between; `null`: the person said no. See {@link QuestionHandler}. */
export type SamplingHandler = QuestionHandler<SamplingRequest, SamplingResult | null>;

/** Where servers are told to work: a list, or who makes one each time a server asks. */
export type RootsSource = readonly Root[] | ((serverId: string) => readonly Root[] | Promise<readonly Root[]>);

/** All that servers can ask. What nobody answers is not announced to them, and refused. */
export interface QuestionHandlers {
  readonly elicitation?: ElicitationHandlers | undefined;
  readonly sampling?: SamplingHandler | undefined;
  readonly roots?: RootsSource | undefined;
}
