// The Durable Objects this Worker is bound to, as MCP servers.
import type { McpBindings } from "../mcp/ports.ts";
import { agentStub } from "../routing/get-agent-by-name.ts";
import { isNamespace } from "./identity.ts";

/** An agent that is itself an MCP server: it takes the messages of a client over a stub. */
export interface McpRpcAgent extends Rpc.DurableObjectBranded {
  /** Takes one JSON-RPC message, or several; answers with one, several, or nothing. */
  handleMcpMessage(message: never): unknown;
}

/** What is called over the stub; `setName` is how every agent is started. */
interface PeerStub {
  setName(name: string, props?: object): Promise<void>;
  handleMcpMessage(message: unknown): Promise<unknown>;
}

export function createMcpBindings(env: object): McpBindings {
  return {
    nameOf: (binding) => Object.entries(env).find(([, value]) => value === binding && isNamespace(value))?.[0] ?? null,
    resolve(name) {
      const namespace: unknown = Object.hasOwn(env, name) ? Reflect.get(env, name) : undefined;
      if (!isNamespace(namespace)) return null;
      return {
        async open(instance, props) {
          const stub = agentStub(namespace, instance, {}) as unknown as PeerStub;
          await stub.setName(instance, props ?? undefined);
          return { handleMcpMessage: async (message) => stub.handleMcpMessage(message) };
        },
      };
    },
  };
}
