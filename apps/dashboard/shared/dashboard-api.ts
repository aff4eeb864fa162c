// What the browser may ask of the dashboard's agent: the contract between worker/ and web/.
import type {
  CallToolResult,
  GetPromptResult,
  JsonObject,
  ReadResourceResult,
  SignOutReport,
  TimelineEntry,
  ToolChangeDetail,
} from "agents/client";

/** One entry of the short list of servers offered to a newcomer. */
export interface CatalogueEntry {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly url: string;
  readonly transport: string;
  /** `none` needs no sign-in. */
  readonly auth: string;
  /** The revision of the protocol it speaks. */
  readonly era: string;
}

export interface AddServerRequest {
  readonly name: string;
  readonly url: string;
  /** Sent to this server only, stored sealed. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface AddedServer {
  readonly id: string;
  readonly state: "authenticating" | "ready";
}

export interface ToolCall {
  readonly serverId: string;
  readonly name: string;
  readonly args: JsonObject;
}

/** How a server came to where it stands. */
export interface WhatHappened {
  /** Oldest first. */
  readonly entries: readonly TimelineEntry[];
  /** The same and more, as text for an issue. Nothing secret. */
  readonly report: string;
}

/** Every method rejects with a coded error; the code reaches the browser. */
export interface DashboardApi {
  addServer(request: AddServerRequest): Promise<AddedServer>;
  /** Try a failed server again, with everything that was said when it was added. */
  retryServer(id: string): Promise<AddedServer>;
  /** End the connection, keep the sign-in. */
  disconnectServer(id: string): Promise<void>;
  /** Give the sign-in back to the provider, keep the server. Says what the provider made of it. */
  signOutServer(id: string): Promise<SignOutReport>;
  connectServer(id: string): Promise<void>;
  /** Give the sign-in back and forget everything. */
  removeServer(id: string): Promise<void>;
  callTool(call: ToolCall): Promise<CallToolResult>;
  readResource(serverId: string, uri: string): Promise<ReadResourceResult>;
  getPrompt(serverId: string, name: string, args: Readonly<Record<string, string>>): Promise<GetPromptResult>;
  /** Tools that are not as they were accepted. */
  toolChanges(serverId: string): Promise<readonly ToolChangeDetail[]>;
  acceptToolChange(serverId: string, name: string): Promise<void>;
  whatHappened(id: string): Promise<WhatHappened>;
  catalogue(): Promise<readonly CatalogueEntry[]>;
}
