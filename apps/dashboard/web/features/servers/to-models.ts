// Puts together what is known about each server, from the agent and from this page.
import type { MCPServersState } from "../../model.ts";
import type { Sighting } from "./connection-progress.ts";
import type { ServerModel } from "./server-model.ts";
import { NO_SIGN_IN, type SignIn } from "./sign-in.ts";

export interface PageFacts {
  readonly histories: Readonly<Record<string, readonly Sighting[]>>;
  readonly signIns: Readonly<Record<string, SignIn>>;
  readonly acts: (id: string) => Pick<ServerModel, "pending" | "problem">;
}

export function toModels(mcp: MCPServersState, { histories, signIns, acts }: PageFacts): readonly ServerModel[] {
  const of = (list: readonly { readonly serverId: string }[], id: string) =>
    list.filter(({ serverId }) => serverId === id).length;
  return Object.entries(mcp.servers).map(([id, server]) => ({
    id,
    server,
    offer: { tools: of(mcp.tools, id), resources: of(mcp.resources, id), prompts: of(mcp.prompts, id) },
    history: histories[id] ?? [],
    signIn: signIns[id] ?? NO_SIGN_IN,
    ...acts(id),
  }));
}
