// Calls of tools, waited for or begun and left: one way to the server, whatever its answer turns out to be.
import type { CallToolResult } from "@agents-internal/protocol";
import { DEFAULT_TIMEOUT, TOTAL_TIMEOUT_FACTOR } from "../call-time.ts";
import { callOver, findTool } from "../calls.ts";
import type { CatalogueStore } from "../catalog/catalogue.ts";
import type { ToolTrust } from "../catalog/tool-trust.ts";
import type { Connections } from "../servers/connections.ts";
import { McpError } from "../errors.ts";
import type { McpPorts } from "../ports.ts";
import type { RequestOptions, Session, ToolAnswer } from "../session/session.ts";
import type { TaskWish } from "../session/task.ts";
import type { MCPCall, Step } from "./lasting-call.ts";
import type { LastingCalls } from "./lasting-calls.ts";
import type { SentCalls } from "./sent-calls.ts";
import type { TaskCalls } from "./task-calls.ts";

/** Which tool of which server, with what. */
export interface ToolCallParams {
  readonly serverId: string;
  readonly name: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

export interface CallToolOptions extends RequestOptions {
  /** A person has agreed to this very call, which a tool with the policy `ask` needs. */
  readonly approved?: boolean | undefined;
}

export interface StartCallOptions {
  /** ms after which it is given up; default 24 hours, at most 30 days. */
  readonly deadline?: number | undefined;
  /** As for {@link CallToolOptions}. */
  readonly approved?: boolean | undefined;
}

const DAY_MS = 24 * 3_600_000;
const MAX_DEADLINE = 30 * DAY_MS;

export interface ToolCallsDeps {
  readonly ports: McpPorts;
  readonly connections: Connections;
  readonly catalogue: CatalogueStore;
  readonly trust: ToolTrust;
  readonly calls: LastingCalls;
  readonly sent: SentCalls;
  readonly tasks: TaskCalls;
}

export interface ToolCalls {
  call(params: ToolCallParams, options: CallToolOptions): Promise<CallToolResult>;
  start(params: ToolCallParams, options: StartCallOptions): Promise<MCPCall>;
}

export function createToolCalls(deps: ToolCallsDeps): ToolCalls {
  const { ports, connections, catalogue, trust, calls, sent, tasks } = deps;

  async function send(
    params: ToolCallParams,
    { approved = false, ...options }: CallToolOptions,
    task: TaskWish,
    callId: string | null = null,
  ): Promise<ToolAnswer> {
    const { serverId } = params;
    const runner = connections.require(serverId);
    const { name, tool } = findTool(catalogue.of(serverId).tools, params);
    trust.admit(serverId, name, approved);
    const call = { name, arguments: params.arguments ?? {}, tool, task, callId };
    // What nobody offers is not named to people.
    const context = { signal: options.signal, timeout: options.timeout, tool: tool?.name };
    const run = async (session: Session): Promise<ToolAnswer> => {
      // It may have waited for a person, who decided otherwise meanwhile, or for lists in which the tool is another one.
      trust.admit(serverId, name, approved);
      return session.callTool(call, options);
    };
    return callOver(runner, run, context);
  }

  return {
    async call(params, options) {
      const { timeout = DEFAULT_TIMEOUT } = options;
      const total = timeout * TOTAL_TIMEOUT_FACTOR;
      const answer = await send(params, options, { ttl: total, preferred: false });
      if (answer.kind === "result") return answer.result;
      if (answer.kind === "asked") throw new McpError("internal-error", { serverId: params.serverId });
      const { serverId } = params;
      const { name } = findTool(catalogue.of(serverId).tools, params);
      const { continuation, dueAt } = tasks.adopt(answer.task);
      const deadline = ports.clock.now() + total;
      const call = { serverId, name, deadline, detached: false, continuation, dueAt };
      return calls.carryOut(call, options);
    },
    async start(params, { deadline = DAY_MS, approved = false }) {
      const { serverId } = params;
      connections.require(serverId);
      if (!(deadline > 0 && deadline <= MAX_DEADLINE)) {
        throw new McpError("option-invalid", { detail: "deadline is up to 30 days, in ms.", serverId });
      }
      const { name } = findTool(catalogue.of(serverId).tools, params);
      trust.admit(serverId, name, approved);
      const id = await calls.begin({
        serverId,
        name,
        deadline: ports.clock.now() + deadline,
        detached: true,
        continuation: { kind: "sent" },
        dueAt: sent.firstLook(),
      });
      const sending = sent.track(id, async (signal): Promise<Step | null> => {
        const answer = await send(
          params,
          { signal, timeout: deadline, approved },
          { ttl: deadline, preferred: true },
          id,
        );
        if (answer.kind === "asked") return null;
        if (answer.kind === "task") return tasks.adopt(answer.task);
        return { kind: "settled", outcome: { kind: "completed", result: answer.result } };
      });
      calls.follow(id, sending);
      const call = calls.list().find((each) => each.id === id);
      if (call === undefined) throw new McpError("removed", { serverId });
      return call;
    },
  };
}
