// An app as a developer would write it: one agent that connects to the server it is told and uses it.
import { Agent, routeAgentRequest } from "agents";
import { McpError } from "agents/mcp";
import type { Outcome, Task } from "../src/task.ts";
import { handedOver } from "./handed-over.ts";
import { playStory } from "./stories.ts";

const NAME = "conformance";
/** Codes with which a call is rejected that a person can help with. */
const NEEDS_PERSON: ReadonlySet<string> = new Set(["authorization-required", "insufficient-scope"]);

export class Referee extends Agent {
  static override options = {
    vault: { required: true },
    mcp: {
      allowOrigins: ["http://localhost:*"],
      clientMetadataUrl: "https://conformance-test.local/client-metadata.json",
    },
  };

  /** What to do while a person thinks; set by the scenario's story. */
  #meanwhile: (() => Promise<unknown>) | null = null;

  override onStart(): void {
    this.mcp.configureElicitationHandlers({
      form: async () => {
        await this.#meanwhile?.();
        return { action: "accept", content: {} };
      },
    });
  }

  override async onRequest(request: Request): Promise<Response> {
    const task = await request.json<Task>();
    if (!new URL(request.url).pathname.endsWith("/close")) return Response.json(await this.work(task));
    await this.mcp.closeAllConnections();
    return Response.json({ status: "done" } satisfies Outcome);
  }

  private signInAddress(): string | null {
    return Object.values(this.getMcpServers().servers).find(({ name }) => name === NAME)?.auth_url ?? null;
  }

  /** May be asked again after each sign-in. */
  private async work(task: Task): Promise<Outcome> {
    try {
      const server = await this.addMcpServer(NAME, task.serverUrl, await handedOver(task));
      if (server.state === "authenticating") return { status: "sign-in", authUrl: server.authUrl };
      await playStory({
        mcp: this.mcp,
        serverId: server.id,
        task,
        duringQuestions: (work) => void (this.#meanwhile = work),
      });
      return { status: "done" };
    } catch (thrown) {
      const error = McpError.from(thrown);
      const authUrl = NEEDS_PERSON.has(error.code) ? this.signInAddress() : null;
      if (authUrl) return { status: "sign-in", authUrl };
      return { status: "failed", code: error.code, message: error.message };
    }
  }
}

export default {
  fetch: async (request: Request, env: Cloudflare.Env): Promise<Response> =>
    (await routeAgentRequest(request, env)) ?? new Response("Not found", { status: 404 }),
};
