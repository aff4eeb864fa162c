// Changes the agent's state, for the server and for clients, and tells everybody else.
import { encodeServerMessage, encodeStateMessage, MessageType } from "@agents-internal/protocol";
import type { Connection } from "partyserver";
import type { Log } from "../mcp/ports.ts";
import type { SqlDatabase } from "../sql/database.ts";
import { AgentError } from "./agent-error.ts";
import { sendQuietly } from "./connection.ts";
import { broadcastProtocol } from "./socket-hub.ts";
import { createStateStore } from "./state-store.ts";

/** Who asked for a change. */
export type StateSource = Connection | "server";

export interface StateSyncOptions<State> {
  /** Called when the tables are needed. */
  readonly sql: () => SqlDatabase;
  readonly log: () => Log;
  /** The state as long as none is stored. */
  readonly initial: () => State | undefined;
  readonly connections: () => Iterable<Connection>;
  readonly isReadonly: (connection: Connection) => boolean;
  /** The author's veto: throws. */
  readonly validate: (next: State, source: StateSource) => void;
  /** Stored and sent. */
  readonly changed: (next: State, source: StateSource) => void;
}

export interface StateSync<State> {
  get(): State | undefined;
  /** The author's code sets the state, possibly while it handles a message of `caller`. */
  set(next: State, caller: Connection | undefined): void;
  /** A client sent a state. Never throws: a refusal is a frame to that client. */
  receive(connection: Connection, next: unknown): void;
}

export function createStateSync<State>(options: StateSyncOptions<State>): StateSync<State> {
  const { sql, log, initial, connections, isReadonly, validate, changed } = options;
  const store = createStateStore<State>({ sql, initial, onCorrupt: () => log().warn("state-unreadable") });

  function change(next: State, source: StateSource): void {
    validate(next, source);
    const text = store.set(next);
    const except = source === "server" ? undefined : source;
    broadcastProtocol(connections(), () => encodeStateMessage(text), except);
    changed(next, source);
  }

  return {
    get: () => store.get(),
    set(next, caller) {
      if (caller !== undefined && isReadonly(caller)) throw new AgentError("readonly");
      change(next, "server");
    },
    receive(connection, next) {
      const refuse = (error: string): void =>
        void sendQuietly(connection, encodeServerMessage({ type: MessageType.CF_AGENT_STATE_ERROR, error }));
      if (isReadonly(connection)) return refuse("Connection is readonly");
      try {
        // Only the author's validation can know whether a client's value has the right shape.
        change(next as State, connection);
      } catch {
        refuse("State update rejected");
      }
    },
  };
}
