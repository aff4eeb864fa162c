// What an agent's author calls to connect it to MCP servers.
import type { MCPServersState, RemovalReport, SignOutReport } from "@agents-internal/protocol";
import { McpError } from "../mcp/errors.ts";
import type { MCPClientManager } from "../mcp/manager.ts";
import type { AddMcpServerOptions, AddMcpServerResult, AddRpcMcpServerOptions } from "../mcp/options.ts";
import { AgentHooks } from "./agent-hooks.ts";
import type { AgentParts } from "./agent-parts.ts";
import { isNamespace } from "./identity.ts";
import type { McpRpcAgent } from "./mcp-bindings.ts";

/** Key of an agent's parts: not a name that a class of the author's could take. */
export const PARTS = Symbol("parts");

/** The methods of an `Agent` that are about MCP servers. Extend `Agent`, not this. */
export abstract class AgentServers<
  Env extends Cloudflare.Env,
  State,
  Props extends Record<string, unknown>,
> extends AgentHooks<Env, State, Props> {
  /** @internal */
  abstract get [PARTS](): Pick<AgentParts, "mcp" | "feed" | "callbackUrl">;

  /** Everything about MCP servers beyond the four methods below. */
  get mcp(): MCPClientManager {
    return this[PARTS].mcp.engine;
  }

  /**
   * Connect to an MCP server and keep it.
   *
   * Resolves to `ready`, or to `authenticating` with the address where a person signs in. Rejects with `McpError`:
   * `option-invalid`, `url-invalid`, `url-blocked`, `callback-host-required`, and every code of a connection that failed.
   */
  addMcpServer(name: string, url: string, options?: AddMcpServerOptions): Promise<AddMcpServerResult>;
  addMcpServer(
    name: string,
    url: string,
    callbackHost?: string,
    agentsPrefix?: string,
    options?: Pick<AddMcpServerOptions, "client" | "transport">,
  ): Promise<AddMcpServerResult>;
  /** A server that is an agent of this Worker, reached without the network. Also rejects with `binding-not-found`. */
  addMcpServer<T extends McpRpcAgent>(
    name: string,
    binding: DurableObjectNamespace<T>,
    options?: AddRpcMcpServerOptions,
  ): Promise<AddMcpServerResult & { readonly state: "ready" }>;
  async addMcpServer(
    name: string,
    url: string | object,
    third: AddMcpServerOptions | AddRpcMcpServerOptions | string = {},
    agentsPrefix?: string,
    rest: Pick<AddMcpServerOptions, "client" | "transport"> = {},
  ): Promise<AddMcpServerResult> {
    if (isNamespace(url) && typeof third === "object") return this.mcp.addBoundServer(name, url, third);
    const options =
      typeof third === "string" ? { ...rest, callbackHost: third, agentsPrefix } : { ...rest, agentsPrefix, ...third };
    if (typeof name !== "string" || typeof url !== "string") {
      throw new McpError("option-invalid", { detail: "name and url must be strings." });
    }
    return this.mcp.addServer(name, url, { ...options, callbackUrl: this[PARTS].callbackUrl(options) });
  }

  /**
   * Disconnect from a server, give its sign-in back and delete what was stored for it. Resolves to what the provider made
   * of that. An unknown id is no error.
   */
  async removeMcpServer(id: string): Promise<RemovalReport> {
    return this.mcp.removeServer(id);
  }

  /**
   * Give the sign-in to a server back and keep the server: its next use asks to sign in. Resolves to what the provider made
   * of that. To disconnect and stay signed in: `mcp.closeConnection`. Rejects with `server-not-found`.
   */
  async signOutMcpServer(id: string): Promise<SignOutReport> {
    return this.mcp.signOutServer(id);
  }

  /** All servers with their tools, prompts and resources, complete also right after the object woke. */
  getMcpServers(): MCPServersState {
    return this[PARTS].mcp.state();
  }

  /** Tell every client of the MCP servers now. Happens by itself when something changed. */
  broadcastMcpServers(): void {
    this[PARTS].feed.broadcast();
  }
}
