// Runs the method a client asked for, and answers exactly once.
import { encodeServerMessage, MessageType, type RpcRequestMessage } from "@agents-internal/protocol";
import type { Connection } from "partyserver";
import { AgentError, describeError } from "./agent-error.ts";
import { findCallable } from "./callable.ts";
import { sendQuietly } from "./connection.ts";
import { StreamingResponse } from "./streaming-response.ts";

export interface RpcHost {
  readonly instance: object;
  /** Prototype below which an author's own methods are. */
  readonly base: object;
  /** The call was answered: what it changed has to be seen before that. */
  beforeAnswer(connection: Connection): void;
  /** Something the author did not expect was thrown. */
  report(error: unknown, connection: Connection): void;
}

/** Never rejects: what goes wrong is the answer. */
export async function dispatchRpc(host: RpcHost, connection: Connection, call: RpcRequestMessage): Promise<void> {
  try {
    const found = findCallable(host.instance, host.base, call.method);
    const name = call.method.slice(0, 200);
    if (found.kind === "missing") throw new AgentError("method-not-found", `Method ${name} does not exist`);
    if (found.kind === "not-callable") throw new AgentError("method-not-callable", `Method ${name} is not callable`);
    if (found.metadata.streaming === true) return await stream(host, connection, call, found.method);
    const result: unknown = await Reflect.apply(found.method, host.instance, call.args);
    host.beforeAnswer(connection);
    sendQuietly(
      connection,
      encodeServerMessage({ type: MessageType.RPC, id: call.id, success: true, result, done: true }),
    );
  } catch (error) {
    const answer = encodeServerMessage({ type: MessageType.RPC, id: call.id, success: false, ...describeError(error) });
    host.beforeAnswer(connection);
    sendQuietly(connection, answer);
    reportUnexpected(host, error, connection);
  }
}

/** A method that returned without `end` may still be writing; one that threw is over. */
async function stream(host: RpcHost, connection: Connection, call: RpcRequestMessage, method: object): Promise<void> {
  const response = new StreamingResponse(connection, call.id, () => host.beforeAnswer(connection));
  try {
    await Reflect.apply(method as () => unknown, host.instance, [response, ...call.args]);
  } catch (error) {
    const { error: message, code } = describeError(error);
    response.error(message, code);
    reportUnexpected(host, error, connection);
  }
}

/** An error with a code was meant for the caller; anything else is news to the author. */
function reportUnexpected(host: RpcHost, error: unknown, connection: Connection): void {
  const { code } = Object(error) as { code?: unknown };
  if (typeof code !== "string") host.report(error, connection);
}
