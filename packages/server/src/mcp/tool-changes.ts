// What a person is shown of tools that changed, and what is decided about a tool.
import type { ToolChangeDetail, ToolPolicy } from "@agents-internal/protocol";
import type { Engine } from "./engine.ts";

export interface ToolPolicyRequest {
  readonly serverId: string;
  /** The tool's own name. */
  readonly name: string;
  readonly policy: ToolPolicy | null;
}

export interface ToolAcceptance {
  readonly serverId: string;
  /** The tools' own names; absent: all that changed. */
  readonly names?: readonly string[] | undefined;
}

/** Throws `server-not-found`. */
export function listChanges({ connections, catalogue, trust }: Engine, serverId: string): readonly ToolChangeDetail[] {
  const { id } = connections.require(serverId).record;
  const { tools } = catalogue.of(id);
  return trust.changes(id).map((change) => ({
    ...change,
    before: trust.accepted(id, change.name),
    after: tools.find(({ name }) => name === change.name) ?? null,
  }));
}
