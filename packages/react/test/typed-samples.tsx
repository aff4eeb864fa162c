// The same samples as strict TypeScript, and the types an application relies on. Compiled, not run.
import type { MCPServer, MCPServersState, Tool } from "@agents-internal/protocol";
import { useState } from "react";
import { useAgent, useMcpAuthorize, useMcpServer, useMcpTools } from "../src/index.ts";

interface State {
  readonly count: number;
}

/** What a class on the server looks like to the types. */
declare class Counter {
  state: State;
  setState(state: State): void;
  broadcast(message: string): void;
  add(a: number, b: number): number;
  load(id: string): Promise<{ readonly id: string }>;
}

export function Documented() {
  const [tools, setTools] = useState<(Tool & { serverId: string })[]>([]);
  const [servers, setServers] = useState<Record<string, MCPServer>>({});
  const [mcpState, setMcpState] = useState<MCPServersState>({
    prompts: [],
    resources: [],
    resourceTemplates: [],
    servers: {},
    tools: [],
  });
  useAgent({
    agent: "MyAgent",
    onMcpUpdate: (mcp) => {
      setTools(mcp.tools);
      setServers(mcp.servers);
      setMcpState(mcp);
    },
  });
  return (
    <>
      {tools.length} {Object.keys(servers).length} {Object.keys(mcpState.servers).length}
    </>
  );
}

export function TypedByState() {
  const agent = useAgent<State>({
    agent: "Counter",
    onStateUpdate: (state, source) => console.log(state.count + 1, source === "server"),
  });
  agent.setState({ count: 1 });
  // @ts-expect-error the state has a shape
  agent.setState({ count: "1" });
  void agent.call<number>("add", [1, 2]).then((sum) => sum.toFixed());
  return <>{agent.state?.count.toFixed()}</>;
}

export function TypedByClass() {
  const agent = useAgent<Counter>({ agent: "Counter", query: async () => ({ token: "t" }) });
  void agent.stub.add(1, 2).then((sum) => sum.toFixed());
  void agent.stub.load("x").then(({ id }) => id.length);
  // @ts-expect-error no such method
  void agent.stub.subtract?.(1, 2);
  // @ts-expect-error not these arguments
  void agent.stub.add("1");
  return <>{agent.state?.count.toFixed()}</>;
}

export function TypedByBoth() {
  const agent = useAgent<Counter, { readonly other: string }>({ agent: "Counter" });
  void agent.stub.add(1, 2).then((sum) => sum.toFixed());
  return <>{agent.state?.other.length}</>;
}

export function Untyped() {
  const agent = useAgent({ agent: "Counter" });
  agent.setState({ anything: true });
  const { status, error, start } = useMcpAuthorize(agent, "s1");
  const server = useMcpServer(agent, "s1");
  const tools = useMcpTools(agent);
  const socket: number = agent.readyState;
  return (
    <button onClick={start} title={`${socket} ${server?.state} ${tools[0]?.inputSchema.type}`}>
      {error ? error.code : status}
    </button>
  );
}
