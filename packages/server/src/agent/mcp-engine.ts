// Which class is the MCP engine of an agent, what the agent itself needs of it, and how one is made.
import type { EngineOptions } from "../mcp/engine.ts";
import { MCPClientManager } from "../mcp/manager.ts";
import type { McpPorts } from "../mcp/ports.ts";

export type { EngineOptions };

export type McpEngine = Pick<
  MCPClientManager,
  | "_publisher"
  | "addServer"
  | "clientActive"
  | "clientConnected"
  | "dispose"
  | "getState"
  | "handleRequest"
  | "listElicitations"
  | "moveIn"
  | "onAlarm"
  | "onElicitationsChanged"
  | "removeServer"
>;

export const createMcpEngine = (ports: McpPorts, options: EngineOptions): MCPClientManager =>
  new MCPClientManager(ports, options);
