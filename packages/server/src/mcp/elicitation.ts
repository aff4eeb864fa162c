// Who answers what servers ask in the middle of a call.
import type { ElicitRequest, ElicitResult } from "@agents-internal/protocol";

/**
 * Answers one question of a server. `signal` ends when the question is withdrawn or the session closed; what is answered
 * later is dropped. What it throws reaches the server as a plain failure, without its text.
 */
export type ElicitationHandler = (
  request: ElicitRequest,
  serverId: string,
  signal: AbortSignal,
) => ElicitResult | Promise<ElicitResult>;

/**
 * One handler for each kind of question. A kind without one is not announced to servers, and refused.
 *
 * An accepted form is completed with the defaults of its schema, for every property the handler left out.
 */
export interface ElicitationHandlers {
  readonly form?: ElicitationHandler | undefined;
  readonly url?: ElicitationHandler | undefined;
}
