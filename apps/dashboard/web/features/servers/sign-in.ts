// What the dashboard needs to know of one server's sign-in window, and may do with it.

export type SignInStatus =
  /** no window of this tab, nor of another */
  | "idle"
  /** a window is open here */
  | "waiting"
  /** the browser did not open one */
  | "blocked"
  /** it looks closed; with some providers it is not, so this is a question, not an end */
  | "maybe-closed"
  /** another tab of this browser has one */
  | "elsewhere";

export interface SignIn {
  readonly status: SignInStatus;
  /** Opens the window, and before that makes the agent ask for a sign-in if it does not. Call it inside a click. */
  readonly start: () => void;
  /** Opens the window once more, for whoever lost it or whose browser blocked it. Call it inside a click. */
  readonly reopen: () => void;
  readonly cancel: () => void;
}

export const NO_SIGN_IN: SignIn = { status: "idle", start() {}, reopen() {}, cancel() {} };
