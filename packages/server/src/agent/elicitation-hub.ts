// Tells the clients that asked of the questions that wait for a person, and takes their answers.
import {
  type AnswerElicitationMessage,
  type Elicitation,
  encodeServerMessage,
  MessageType,
  type ServerMessage,
} from "@agents-internal/protocol";
import type { Connection } from "partyserver";
import type { ElicitationsChange } from "../mcp/elicitation/elicitations.ts";
import { AgentError, describeError } from "./agent-error.ts";
import { connectionFlags, sendQuietly, setConnectionFlags } from "./connection.ts";

export interface ElicitationHubOptions {
  readonly connections: () => Iterable<Connection>;
  readonly isReadonly: (connection: Connection) => boolean;
  readonly list: () => readonly Elicitation[];
  readonly answer: (id: string, given: unknown) => Promise<void>;
  /** What an answer changed has to be seen before it is said to be taken. */
  readonly beforeAnswer: (connection: Connection) => void;
}

export interface ElicitationHub {
  /** A client wants to be told, now and from now on. */
  watch(connection: Connection): void;
  /** Never rejects: what goes wrong is the answer. */
  answer(connection: Connection, message: AnswerElicitationMessage): Promise<void>;
  changed(change: ElicitationsChange): void;
  /** The object woke: clients that watch learn what was lost with its earlier life. */
  woke(): void;
}

export function createElicitationHub({
  connections,
  isReadonly,
  list,
  answer,
  beforeAnswer,
}: ElicitationHubOptions): ElicitationHub {
  const frameOf = (change: ElicitationsChange): string =>
    encodeServerMessage({ type: MessageType.CF_AGENT_MCP_ELICITATIONS, ...change });

  function* watching(): Generator<Connection> {
    for (const connection of connections()) {
      const { elicitations, silent } = connectionFlags(connection);
      if (elicitations === true && silent !== true) yield connection;
    }
  }

  return {
    watch(connection) {
      if (connectionFlags(connection).silent === true) return;
      setConnectionFlags(connection, { elicitations: true });
      sendQuietly(connection, frameOf({ elicitations: list(), ended: [] }));
    },
    async answer(connection, { id, elicitation, result }) {
      let reply: ServerMessage = { type: MessageType.RPC, id, success: true, done: true };
      try {
        if (isReadonly(connection)) throw new AgentError("readonly");
        await answer(elicitation, result);
      } catch (thrown) {
        reply = { type: MessageType.RPC, id, success: false, ...describeError(thrown) };
      }
      beforeAnswer(connection);
      sendQuietly(connection, encodeServerMessage(reply));
    },
    changed(change) {
      let frame: string | undefined;
      for (const connection of watching()) sendQuietly(connection, (frame ??= frameOf(change)));
    },
    woke() {
      // Reading the list is what notices; whoever watches is told through `changed`.
      if (!watching().next().done) list();
    },
  };
}
