// Tools of a mock MCP server that go on working after their answer (extension `io.modelcontextprotocol/tasks`).
import type { CallToolResult, JsonObject } from "@agents-internal/protocol";
import { isObject, RpcFailure } from "./rpc.ts";

const EXTENSION = "io.modelcontextprotocol/tasks";

export interface MockTaskOptions {
  /** Default 1000. */
  readonly pollIntervalMs?: number;
  /** ms that the task is kept; default `null`, for ever. Nothing is deleted by itself: see `forgetTasks`. */
  readonly ttlMs?: number | null;
  /** Go on showing a question that was answered, as slow servers do, until it is withdrawn. */
  readonly lingers?: boolean;
}

/** What a tool at work can do besides its result. */
export interface MockTask {
  /** Aborted with `tasks/cancel`. */
  readonly signal: AbortSignal;
  say(statusMessage: string): void;
  /** Ask the client something, e.g. `{ method: "elicitation/create", params }`; resolves with its answer. */
  ask(name: string, request: JsonObject): Promise<JsonObject>;
  /** Not ask any more. */
  withdraw(name: string): void;
}

interface Task {
  readonly facts: { readonly taskId: string; readonly createdAt: string } & JsonObject;
  readonly open: Map<string, { readonly request: JsonObject; readonly answered: (answer: JsonObject) => void }>;
  readonly abort: AbortController;
  readonly lingers: boolean;
  message: string | undefined;
  end: JsonObject | undefined;
}

export interface MockTasks {
  /** What a call is answered with, whose work then begins. Throws `RpcFailure` where the client knows nothing of tasks. */
  create(params: JsonObject, options: MockTaskOptions, work: (task: MockTask) => Promise<CallToolResult>): JsonObject;
  /** `undefined` for a method that has nothing to do with tasks. Throws `RpcFailure`. */
  own(method: string, params: JsonObject): JsonObject | undefined;
  /** Forget all, as a restart does. Returns how many there were. */
  forget(): number;
}

export function createMockTasks(): MockTasks {
  const tasks = new Map<string, Task>();

  const describe = ({ facts, open, message, end }: Task): JsonObject => ({
    ...facts,
    lastUpdatedAt: facts.createdAt,
    ...(message === undefined ? {} : { statusMessage: message }),
    ...(end ??
      (open.size === 0
        ? { status: "working" }
        : {
            status: "input_required",
            inputRequests: Object.fromEntries([...open].map(([name, { request }]) => [name, request])),
          })),
  });

  return {
    create(params, { pollIntervalMs = 1000, ttlMs = null, lingers = false }, work) {
      requireExtension(params);
      const facts = { taskId: crypto.randomUUID(), createdAt: new Date().toISOString(), ttlMs, pollIntervalMs };
      const abort = new AbortController();
      const task: Task = { facts, open: new Map(), abort, lingers, message: undefined, end: undefined };
      tasks.set(facts.taskId, task);
      const finish = (end: JsonObject): void => {
        task.open.clear();
        task.end ??= end;
      };
      const tools: MockTask = {
        signal: abort.signal,
        say: (statusMessage) => void (task.message = statusMessage),
        ask: (name, request) =>
          new Promise((resolve) => {
            task.open.set(name, { request, answered: resolve });
          }),
        withdraw: (name) => void task.open.delete(name),
      };
      work(tools).then(
        (result) => finish({ status: "completed", result: JSON.parse(JSON.stringify(result)) }),
        (error: unknown) =>
          finish({
            status: "failed",
            error:
              error instanceof RpcFailure
                ? { code: error.code, message: error.message }
                : { code: -32603, message: "Internal error" },
          }),
      );
      return { ...describe(task), resultType: "task" };
    },
    own(method, params) {
      if (method !== "tasks/get" && method !== "tasks/update" && method !== "tasks/cancel") return undefined;
      requireExtension(params);
      const task = tasks.get(String(params.taskId));
      if (task === undefined) throw new RpcFailure(-32602, "Task not found");
      if (method === "tasks/get") return describe(task);
      if (method === "tasks/cancel") {
        task.abort.abort();
        task.open.clear();
        task.end ??= { status: "cancelled" };
        return {};
      }
      for (const [name, answer] of Object.entries(isObject(params.inputResponses) ? params.inputResponses : {})) {
        const question = task.open.get(name);
        if (!task.lingers) task.open.delete(name);
        if (isObject(answer)) question?.answered(answer);
      }
      return {};
    },
    forget() {
      const { size } = tasks;
      tasks.clear();
      return size;
    },
  };
}

function requireExtension({ _meta }: JsonObject): void {
  const capabilities = isObject(_meta) ? _meta["io.modelcontextprotocol/clientCapabilities"] : undefined;
  const extensions = isObject(capabilities) ? capabilities.extensions : undefined;
  if (isObject(extensions) && EXTENSION in extensions) return;
  throw new RpcFailure(-32021, "Missing required client capability", {
    requiredCapabilities: { extensions: { [EXTENSION]: {} } },
  });
}
