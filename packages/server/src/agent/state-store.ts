// The agent's state as a row, and its copy in memory.
import type { SqlDatabase } from "../sql/database.ts";
import { AgentError } from "./agent-error.ts";

export interface StateStore<State> {
  /** `undefined` when it was never set and there is no initial state. */
  get(): State | undefined;
  /** Returns it as JSON. Throws `state-rejected` when it is none. */
  set(next: State): string;
}

export interface StateStoreOptions<State> {
  /** Called when the tables are needed. */
  readonly sql: () => SqlDatabase;
  /** Asked when nothing usable is stored: the author's field is not there yet while the base class is constructed. */
  readonly initial: () => State | undefined;
  /** The stored text could not be read. */
  readonly onCorrupt: () => void;
}

/** A row exists exactly when the state was set, so that `null`, `0` and `""` survive. */
export function createStateStore<State>(options: StateStoreOptions<State>): StateStore<State> {
  let memory: { readonly value: State | undefined } | null = null;

  function load(): State | undefined {
    const [row] = options.sql().all<{ value: string }>("SELECT value FROM agents_state WHERE id = 1");
    if (row === undefined) return options.initial();
    try {
      return JSON.parse(row.value) as State;
    } catch {
      options.onCorrupt();
      return options.initial();
    }
  }

  return {
    get() {
      memory ??= { value: load() };
      return memory.value;
    },
    set(next) {
      const text: unknown = JSON.stringify(next);
      if (typeof text !== "string") throw new AgentError("state-rejected", "State must be a JSON value");
      options.sql().run("INSERT OR REPLACE INTO agents_state (id, value) VALUES (1, ?)", text);
      memory = { value: next };
      return text;
    },
  };
}
