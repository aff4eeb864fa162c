// What a session says of the work a server goes on with after its answer, the same for both generations.
import type { CallToolResult, JsonObject, Tool } from "@agents-internal/protocol";
import type { McpError } from "../errors.ts";
import type { RequestOptions } from "./session.ts";

/** Sent with a call to a server of 2025-11-25: there the client decides. In the later generation the server does. */
export interface TaskWish {
  /** ms for which the server should keep it. */
  readonly ttl: number;
  /** Also where the tool would be answered at once; else only where it has to be a task. */
  readonly preferred: boolean;
}

export interface Task {
  readonly taskId: string;
  readonly state: TaskState;
  /** What the server says of its work, cleaned. */
  readonly message: string | null;
  /** ms from its creation for which the server keeps it; `null`: it does not say, or for ever. */
  readonly ttl: number | null;
  /** ms in which to ask again; `null`: it does not say. */
  readonly pollInterval: number | null;
}

export type TaskState =
  | { readonly kind: "working" }
  /** By name. `null`: they are asked while {@link TaskMethods.awaitTask} waits. */
  | { readonly kind: "asks"; readonly questions: JsonObject | null }
  | { readonly kind: "completed"; readonly result: CallToolResult }
  /** With what the call would have been rejected with. */
  | { readonly kind: "failed"; readonly error: McpError }
  | { readonly kind: "cancelled" };

/** Every method rejects with `McpError` only; a task the server does not know is a `protocol-error` with `rpcCode` -32602. */
export interface TaskMethods {
  /** `tool` is the stored definition: it validates structured output. */
  getTask(taskId: string, tool: Tool | null, options?: RequestOptions): Promise<Task>;
  /** Legacy era: ends with the task, and until then lets the server ask. */
  awaitTask(taskId: string, tool: Tool | null, options: RequestOptions): Promise<TaskState>;
  /** Modern era: answers to questions of the task, by name. */
  updateTask(taskId: string, answers: JsonObject): Promise<void>;
  /** Nothing happens where the server cannot be told. */
  cancelTask(taskId: string): Promise<void>;
}
