// The work a server goes on with after its answer, in both generations: tasks of 2025-11-25 and the extension of 2026-07-28.
import type { CallToolResult, JsonObject, Tool } from "@agents-internal/protocol";
import { McpError } from "../errors.ts";
import { isRecord } from "../is-record.ts";
import { cleaned } from "./call-error.ts";
import { taskOf } from "./protocol/result.ts";
import type { RequestOptions, SessionFacts } from "./session.ts";
import type { Task, TaskMethods, TaskState, TaskWish } from "./task.ts";

const EXTENSION = "io.modelcontextprotocol/tasks";
const MAX_ID = 1024;
/** ms for asking after a task; it is asked again soon. */
const ASK_MS = 30_000;
const CANCEL_MS = 5000;

/** Where a call was answered with a task: how it stands then. `isAsked`: the call had {@link taskParams}. */
export function readCreated(answer: unknown, isAsked: boolean): Task | null {
  const created = taskOf(answer) ?? (isAsked && isRecord(answer) && isRecord(answer.task) ? answer.task : null);
  // Its result, should it have one already, is asked for in its own time.
  return created === null ? null : { ...readFacts(created), state: { kind: "working" } };
}

/** The client's capabilities with the extension among them. */
export function withTasks(capabilities: JsonObject): JsonObject {
  const { extensions } = capabilities;
  return {
    ...capabilities,
    extensions: { [EXTENSION]: {}, ...(isRecord(extensions) ? (extensions as JsonObject) : {}) },
  };
}

/** What a call carries so that the server makes a task of it. */
export function taskParams({ era, capabilities }: SessionFacts, tool: Tool | null, wish: TaskWish | null): JsonObject {
  if (era === "modern" || wish === null || capabilities.tasks?.requests?.tools?.call === undefined) return {};
  const support = tool?.execution?.taskSupport;
  return support === "required" || (support === "optional" && wish.preferred) ? { task: { ttl: wish.ttl } } : {};
}

export function createTaskMethods(
  { era, capabilities }: SessionFacts,
  request: (method: string, params: JsonObject, options?: RequestOptions) => Promise<unknown>,
  readResult: (tool: Tool | null, value: unknown) => CallToolResult,
): TaskMethods {
  /** Exactly what the call would have been answered with. */
  const awaitTask: TaskMethods["awaitTask"] = async (taskId, tool, options) => {
    try {
      return { kind: "completed", result: readResult(tool, await request("tasks/result", { taskId }, options)) };
    } catch (thrown) {
      const error = McpError.from(thrown);
      if (error.code === "protocol-error" || error.code === "result-invalid") return { kind: "failed", error };
      throw error;
    }
  };

  return {
    awaitTask,
    async getTask(taskId, tool, options = {}) {
      const answer = await request("tasks/get", { taskId }, { timeout: ASK_MS, ...options });
      if (!isRecord(answer)) throw notATask();
      const facts = readFacts(answer);
      if (facts.taskId !== taskId) throw notATask();
      switch (answer.status) {
        case "working":
          return { ...facts, state: { kind: "working" } };
        case "input_required": {
          if (era === "legacy") return { ...facts, state: { kind: "asks", questions: null } };
          const { inputRequests } = answer;
          return {
            ...facts,
            state: { kind: "asks", questions: isRecord(inputRequests) ? (inputRequests as JsonObject) : {} },
          };
        }
        case "cancelled":
          return { ...facts, state: { kind: "cancelled" } };
        case "completed":
        case "failed":
          if (era === "legacy")
            return { ...facts, state: await awaitTask(taskId, tool, { timeout: ASK_MS, ...options }) };
          return {
            ...facts,
            state: answer.status === "failed" ? readError(answer.error) : completed(tool, answer.result),
          };
        default:
          throw notATask();
      }
    },
    async updateTask(taskId, inputResponses) {
      await request("tasks/update", { taskId, inputResponses }, { timeout: ASK_MS });
    },
    async cancelTask(taskId) {
      if (era === "legacy" && capabilities.tasks?.cancel === undefined) return;
      await request("tasks/cancel", { taskId }, { timeout: CANCEL_MS });
    },
  };

  function completed(tool: Tool | null, value: unknown): TaskState {
    try {
      return { kind: "completed", result: readResult(tool, value) };
    } catch (thrown) {
      return { kind: "failed", error: McpError.from(thrown) };
    }
  }
}

function readFacts(task: Readonly<Record<string, unknown>>): Omit<Task, "state"> {
  const { taskId, statusMessage } = task;
  if (typeof taskId !== "string" || taskId === "" || taskId.length > MAX_ID) throw notATask();
  return {
    taskId,
    message: typeof statusMessage === "string" ? cleaned(statusMessage) : null,
    ttl: duration(task.ttlMs ?? task.ttl),
    pollInterval: duration(task.pollIntervalMs ?? task.pollInterval),
  };
}

function readError(error: unknown): TaskState {
  const { code, message } = isRecord(error) ? error : {};
  const details = {
    ...(typeof code === "number" && { rpcCode: code }),
    ...(typeof message === "string" && { detail: cleaned(message) }),
  };
  return { kind: "failed", error: new McpError("protocol-error", details) };
}

function duration(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : null;
}

function notATask(): McpError {
  return new McpError("invalid-response", { detail: "It is not a task." });
}
