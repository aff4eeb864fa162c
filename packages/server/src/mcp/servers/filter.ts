// Which servers a question is about.
import type { MCPConnectionState } from "@agents-internal/protocol";
import type { ServerRunner } from "../lifecycle/runner.ts";
import { toPublicState } from "../lifecycle/to-public-state.ts";

/** All given criteria must hold; `{}` or nothing means every server. */
export interface MCPServerFilter {
  readonly serverId?: string | readonly string[];
  /** The label given to `addMcpServer`. */
  readonly serverName?: string | readonly string[];
  readonly state?: MCPConnectionState | readonly MCPConnectionState[];
}

export function matches(runner: ServerRunner, filter: MCPServerFilter = {}): boolean {
  return (
    includes(filter.serverId, runner.record.id) &&
    includes(filter.serverName, runner.record.name) &&
    includes(filter.state, toPublicState(runner.state))
  );
}

function includes(wanted: string | readonly string[] | undefined, value: string): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === "string" ? wanted === value : wanted.includes(value);
}
