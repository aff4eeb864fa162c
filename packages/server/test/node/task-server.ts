// A real server of 2025-11-25 whose tools are tasks: `must` only as a task, `may` either way.
import { InMemoryTaskMessageQueue, InMemoryTaskStore } from "@modelcontextprotocol/sdk/experimental/tasks";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { serve, type TestServer } from "./http-server.ts";

/** One call at work. */
export interface Work {
  readonly taskId: string;
  end(result: CallToolResult): Promise<void>;
  /** Ask the person behind the client, in the middle of the task. */
  ask(message: string): Promise<unknown>;
}

export interface TaskServer extends TestServer {
  /** Resolves when the next call begins to work. */
  readonly begun: () => Promise<Work>;
  /** Forget every session, and with them whose tasks they are. */
  readonly forget: () => void;
}

export async function serveTasks(): Promise<TaskServer> {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const taskStore = new InMemoryTaskStore();
  const taskMessageQueue = new InMemoryTaskMessageQueue();
  let begin = (_work: Work): void => undefined;

  const make = (): McpServer => {
    const mcp = new McpServer(
      { name: "tasks", version: "1.0.0" },
      {
        capabilities: { tools: {}, tasks: { cancel: {}, list: {}, requests: { tools: { call: {} } } } },
        taskStore,
        taskMessageQueue,
      },
    );
    for (const [name, taskSupport] of [
      ["must", "required"],
      ["may", "optional"],
    ] as const) {
      mcp.experimental.tasks.registerToolTask(
        name,
        { execution: { taskSupport } },
        {
          async createTask({ taskStore: store, taskRequestedTtl, sessionId }) {
            const task = await store.createTask({ ttl: taskRequestedTtl ?? null, pollInterval: 1000 });
            const { taskId } = task;
            begin({
              taskId,
              // The session of the call, as the server's own wrapper of the store keeps it.
              end: (result) => store.storeTaskResult(taskId, result.isError ? "failed" : "completed", result),
              async ask(message) {
                await taskStore.updateTaskStatus(taskId, "input_required", undefined, sessionId);
                const requestedSchema = { type: "object" as const, properties: { name: { type: "string" as const } } };
                const answer = await mcp.server.elicitInput({ message, requestedSchema }, { relatedTask: { taskId } });
                await taskStore.updateTaskStatus(taskId, "working", undefined, sessionId);
                return answer;
              },
            });
            return { task };
          },
          getTask: (extra) => extra.taskStore.getTask(extra.taskId),
          getTaskResult: async (extra) => (await extra.taskStore.getTaskResult(extra.taskId)) as CallToolResult,
        },
      );
    }
    return mcp;
  };

  const server = await serve(async (request) => {
    const id = request.headers.get("mcp-session-id");
    const session = id === null ? undefined : sessions.get(id);
    if (session !== undefined) return session.handleRequest(request);
    if (id !== null) return new Response(null, { status: 404 });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (sessionId) => void sessions.set(sessionId, transport),
    });
    await make().connect(transport);
    return transport.handleRequest(request);
  });
  return {
    ...server,
    begun: () => new Promise((resolve) => (begin = resolve)),
    forget: () => sessions.clear(),
    async close() {
      taskStore.cleanup();
      await server.close();
    },
  };
}
