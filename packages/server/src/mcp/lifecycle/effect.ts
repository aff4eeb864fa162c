// What a transition asks to be done, as plain data. Storing the new state, and publishing what can be seen of it, is implied.
import type { HttpChallenge } from "../errors.ts";
import type { CatalogueKind } from "../session/session.ts";

/** How far the redemption of a code has come: not begun, code stored, code sent. */
export type ExchangeProgress = "none" | "accepted" | "sent";

/** `retry` connects again; `flow` ends a sign-in that nobody finished. */
export type Timer = "retry" | "flow";

export type Effect =
  /** Open a transport and shake hands, or resume. */
  | { readonly type: "open"; readonly epoch: number }
  /** Close the live session, if any. */
  | { readonly type: "close" }
  /** Let the live session go, and close it once the calls that are under way over it have ended. */
  | { readonly type: "retire" }
  /** Let the live session go without ending it at the server, so that the host can sleep; the next use resumes it. */
  | { readonly type: "rest" }
  /** Read these lists. */
  | { readonly type: "discover"; readonly epoch: number; readonly kinds: readonly CatalogueKind[] }
  /** Find the authorization server and prepare a sign-in. */
  | { readonly type: "start-flow"; readonly epoch: number; readonly challenge: HttpChallenge }
  | { readonly type: "drop-flow"; readonly flowId: string }
  /** Redeem the stored code. */
  | { readonly type: "exchange"; readonly flowId: string }
  | { readonly type: "schedule"; readonly timer: Timer; readonly at: number }
  | { readonly type: "cancel"; readonly timer: Timer }
  /** What the server still works on is nobody's any more, and nobody is asked anything for it. */
  | { readonly type: "end-calls"; readonly code: "removed" | "not-connected" }
  /** Give the grant back to the provider and delete it. */
  | { readonly type: "sign-out"; readonly epoch: number }
  /** Give the grant back to the provider and delete everything stored about the server. */
  | { readonly type: "forget" };
