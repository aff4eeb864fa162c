// Which class is the MCP engine of an agent, and how one is made.
import type { EngineOptions } from "../mcp/engine.ts";
import { MCPClientManager } from "../mcp/manager.ts";
import type { McpPorts } from "../mcp/ports.ts";

export type { EngineOptions };
export type McpEngine = MCPClientManager;

export const createMcpEngine = (ports: McpPorts, options: EngineOptions): McpEngine =>
  new MCPClientManager(ports, options);
