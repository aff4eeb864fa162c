// The one Worker both packages are measured with, as a developer would write it. Uses only what both have.
import { Agent, callable, getAgentByName, routeAgentRequest } from "agents";
import { countUsage, type PlatformCounts, type PlatformUsage } from "./platform-usage.ts";

interface Env extends Cloudflare.Env {
  readonly Bench: DurableObjectNamespace<Bench>;
}

export class Bench extends Agent<Env, Record<string, unknown>> {
  override initialState = {};
  /** Another one each time the object comes into memory. */
  readonly instance = crypto.randomUUID();

  @callable()
  echo(value: unknown): unknown {
    return value;
  }

  @callable()
  whichInstance(): string {
    return this.instance;
  }

  hello(): string {
    return "hello";
  }

  /** Adds all at once, as a dashboard does when it starts. Resolves when all are ready. */
  async addServers(urls: readonly string[]): Promise<void> {
    await Promise.all(urls.map((url, index) => this.addMcpServer(`server-${index}`, url)));
  }

  /** Adds one that wants a sign-in; opened by the caller, who is not a browser, so the host is to be named. */
  async beginSignIn(name: string, url: string, callbackHost: string): Promise<string> {
    const added = await this.addMcpServer(name, url, callbackHost);
    if (added.state !== "authenticating") throw new Error(`${name} is ${added.state}`);
    return added.authUrl;
  }

  /** Resolves when all servers are ready. */
  untilReady(): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        const servers = Object.values(this.getMcpServers().servers);
        if (servers.every(({ state }) => state === "ready")) resolve();
      };
      this.mcp.onServerStateChanged(look);
      look();
    });
  }

  /** The first that was added, whichever comes first in the list. */
  #firstServer(): string {
    const servers = Object.entries(this.getMcpServers().servers);
    return servers.find(([, { name }]) => name === "server-0")?.[0] ?? "";
  }

  /** What is known of the first server stays. */
  closeConnection(): Promise<void> {
    return this.mcp.closeConnection(this.#firstServer());
  }

  @callable()
  async callTool(name: string, times: number): Promise<void> {
    const serverId = this.#firstServer();
    for (let done = 0; done < times; done += 1) {
      await this.mcp.callTool({ serverId, name, arguments: { text: "hello" } });
    }
  }

  countTools(): number {
    return Object.keys(this.mcp.getAITools()).length;
  }

  setStates(times: number, size: number): void {
    const text = "x".repeat(size);
    for (let done = 0; done < times; done += 1) this.setState({ done, text });
  }
}

/** The same, with what it asks of the platform counted. */
export class CountedBench extends Bench {
  readonly #usage: PlatformUsage;

  constructor(ctx: DurableObjectState, env: Env) {
    const usage = countUsage(ctx);
    super(ctx, env);
    this.#usage = usage;
    const alarm = this.alarm.bind(this);
    this.alarm = (...args: Parameters<typeof alarm>) => {
      usage.alarm();
      return alarm(...args);
    };
  }

  /** Since the object was first there, over all its sleeps. */
  usage(): PlatformCounts {
    return this.#usage.soFar();
  }
}

/** `/do/CLASS/NAME/METHOD` with the arguments as a JSON array calls the method over RPC. */
async function callMethod(request: Request, env: Env): Promise<Response> {
  const [, , className = "", name = "", method = ""] = new URL(request.url).pathname.split("/");
  const namespace = (env as unknown as Record<string, DurableObjectNamespace<Bench>>)[className];
  if (namespace === undefined) return new Response("No such class", { status: 404 });
  const isAgent = className.endsWith("Bench");
  const stub = (isAgent ? await getAgentByName(namespace, name) : namespace.getByName(name)) as unknown as Record<
    string,
    (...args: unknown[]) => unknown
  >;
  const args = await request.json<unknown[]>();
  return Response.json({ result: (await stub[method]?.(...args)) ?? null });
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    // The second is where the reference leads after a sign-in.
    if (pathname === "/ready" || pathname === "/") return new Response("ready");
    if (pathname.startsWith("/do/")) return callMethod(request, env);
    return (await routeAgentRequest(request, env)) ?? new Response("Not found", { status: 404 });
  },
};
