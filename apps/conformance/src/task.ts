// What the driver asks of the Worker, and what it hears back.

/** One scenario, as the referee describes it. */
export interface Task {
  readonly scenario: string;
  readonly serverUrl: string;
  /** What the scenario hands over, such as credentials; `{}` when nothing. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** `run` may be asked again after each sign-in and goes on from there. */
export type Outcome =
  | { readonly status: "done" }
  /** A person has to open this address. */
  | { readonly status: "sign-in"; readonly authUrl: string }
  | { readonly status: "failed"; readonly code: string; readonly message: string };
