// Talks to the fixture agent that does whatever it is asked.
import type { McpState, Scene } from "./scene.ts";

export interface Failure {
  readonly name: string;
  readonly code: string | null;
  readonly message: string;
}

export interface Added {
  readonly id: string;
  readonly state: "ready" | "authenticating";
  readonly authUrl: string;
}

export interface Desk {
  readonly name: string;
  readonly path: string;
  /** Throws `DeskError` where the agent's method threw. */
  work<T>(method: string, ...args: readonly unknown[]): Promise<T>;
  /** The failure of a method that has to fail. */
  failure(method: string, ...args: readonly unknown[]): Promise<Failure>;
  add(name: string, url: string, options?: object): Promise<Added>;
  state(): Promise<McpState>;
  /** The state once nothing is under way. */
  settled(): Promise<McpState>;
  call(serverId: string, text: string): Promise<unknown>;
}

export class DeskError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(`${failure.code}: ${failure.message}`);
    this.failure = failure;
  }
}

export function deskOf(scene: Scene, name: string, agent = "desk"): Desk {
  const path = `/agents/${agent}/${name}`;
  const ask = async (method: string, args: readonly unknown[]) => {
    const response = await scene.ask(path, { method: "POST", body: JSON.stringify([method, ...args]) });
    return (await response.json()) as { readonly result?: unknown; readonly error?: Failure };
  };
  const desk: Desk = {
    name,
    path,
    async work<T>(method: string, ...args: readonly unknown[]) {
      const { error, result } = await ask(method, args);
      if (error) throw new DeskError(error);
      return result as T;
    },
    async failure(method, ...args) {
      const { error, result } = await ask(method, args);
      if (!error) throw new Error(`${method} did not fail: ${JSON.stringify(result)}`);
      return error;
    },
    add: (server, url, options = {}) => desk.work<Added>("addMcpServer", server, url, options),
    state: () => desk.work<McpState>("getMcpServers"),
    async settled() {
      await desk.work("mcp.waitForConnections", { timeout: 20_000 });
      return desk.state();
    },
    async call(serverId, text) {
      const params = { serverId, name: "echo", arguments: { text } };
      const { content } = await desk.work<{ content: readonly { text: string }[] }>("mcp.callTool", params);
      return JSON.parse(content[0]?.text ?? "null");
    },
  };
  return desk;
}
