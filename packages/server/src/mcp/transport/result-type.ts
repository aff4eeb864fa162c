// Kinds of results that the protocol client does not know and would throw away: passed through it under another name.
import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { isRecord } from "../is-record.ts";

const TASK = "agents.task";

/** The message as the client takes it. What it answers with a task (`resultType: "task"`) is found with {@link taskOf}. */
export function understood<T extends JSONRPCMessage>(message: T): T {
  if (!("result" in message) || message.result.resultType !== "task") return message;
  return { ...message, result: { resultType: "complete", [TASK]: message.result } };
}

/** The task that a request was answered with; `null` for any other result. */
export function taskOf(result: unknown): Record<string, unknown> | null {
  const task = isRecord(result) ? result[TASK] : undefined;
  return isRecord(task) ? task : null;
}
