// Calls of tools, waited for or begun and left: one way to the server, whatever its answer turns out to be.
import type { CallToolResult } from "@agents-internal/protocol";
import { callOver, findTool } from "../calls.ts";
import type { CatalogueStore } from "../catalog/catalogue.ts";
import type { Connections } from "../connections.ts";
import { McpError } from "../errors.ts";
import type { McpPorts } from "../ports.ts";
import type { RequestOptions } from "../session/session.ts";
import type { MCPCall, Step } from "./lasting-call.ts";
import type { LastingCalls } from "./lasting-calls.ts";
import type { SentCalls } from "./sent-calls.ts";

/** Which tool of which server, with what. */
export interface ToolCallParams {
  readonly serverId: string;
  readonly name: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

export interface StartCallOptions {
  /** ms after which it is given up; default 24 hours, at most 30 days. */
  readonly deadline?: number | undefined;
}

const DAY_MS = 24 * 3_600_000;
const MAX_DEADLINE = 30 * DAY_MS;

export interface ToolCallsDeps {
  readonly ports: McpPorts;
  readonly connections: Connections;
  readonly catalogue: CatalogueStore;
  readonly calls: LastingCalls;
  readonly sent: SentCalls;
}

export interface ToolCalls {
  call(params: ToolCallParams, options: RequestOptions): Promise<CallToolResult>;
  start(params: ToolCallParams, options: StartCallOptions): Promise<MCPCall>;
}

export function createToolCalls({ ports, connections, catalogue, calls, sent }: ToolCallsDeps): ToolCalls {
  async function send(params: ToolCallParams, options: RequestOptions): Promise<CallToolResult> {
    const runner = connections.require(params.serverId);
    const { name, tool } = findTool(catalogue.of(params.serverId).tools, params);
    return callOver(
      runner,
      (session) => session.callTool({ name, arguments: params.arguments ?? {}, tool }, options),
      // What nobody offers is not named to people.
      { signal: options.signal, tool: tool?.name },
    );
  }

  return {
    call: send,
    async start(params, { deadline = DAY_MS }) {
      const { serverId } = params;
      connections.require(serverId);
      if (!(deadline > 0 && deadline <= MAX_DEADLINE)) {
        throw new McpError("option-invalid", { detail: "deadline is up to 30 days, in ms.", serverId });
      }
      const { name } = findTool(catalogue.of(serverId).tools, params);
      const id = await calls.begin({
        serverId,
        name,
        deadline: ports.clock.now() + deadline,
        detached: true,
        continuation: { kind: "sent" },
        dueAt: sent.firstLook(),
      });
      const sending = sent.track(id, async (signal): Promise<Step> => {
        const result = await send(params, { signal, timeout: deadline });
        return { kind: "settled", outcome: { kind: "completed", result } };
      });
      ports.background(sending.then((step) => calls.apply(id, step)));
      const call = calls.list().find((each) => each.id === id);
      if (call === undefined) throw new McpError("removed", { serverId });
      return call;
    },
  };
}
