// What an agent needs of the MCP engine, and which class that is.
import type { MCPServersState } from "@agents-internal/protocol";
import type { AddMcpServerOptions, AddMcpServerResult, MCPClientOAuthCallbackConfig } from "../mcp/options.ts";
import type { McpPorts } from "../mcp/ports.ts";

export interface McpEngineOptions {
  readonly vaultKeys: string | undefined;
  readonly vaultRequired: boolean;
  readonly allowOrigins: readonly string[];
  readonly appName?: string;
}

export interface McpEngine {
  /** The OAuth start page and callback; `null` for every other request. */
  handleRequest(request: Request): Promise<Response | null>;
  onAlarm(key: string): Promise<void>;
  getState(): MCPServersState;
  /** Told once a turn at most, when the state changed. */
  onPublish(listener: () => void): void;
  addServer(name: string, url: string, options: AddMcpServerOptions & { readonly callbackUrl: string | null }): Promise<AddMcpServerResult>;
  removeServer(id: string): Promise<void>;
  configureOAuthCallback(config: MCPClientOAuthCallbackConfig): void;
  dispose(): Promise<void> | void;
}

export type CreateMcpEngine = (ports: McpPorts, options: McpEngineOptions) => McpEngine;

export const createMcpEngine: CreateMcpEngine = () => {
  throw new Error("The MCP engine is not connected");
};
