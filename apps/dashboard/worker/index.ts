// The Worker: agents under /agents/, everything else is the page.
import { routeAgentRequest } from "agents";
import type { DashboardEnv } from "./dashboard-agent.ts";

export { DashboardAgent } from "./dashboard-agent.ts";

export default {
  async fetch(request, env) {
    return (
      (await routeAgentRequest(request, env, { agents: ["DashboardAgent"] })) ??
      new Response("Not found", { status: 404 })
    );
  },
} satisfies ExportedHandler<DashboardEnv>;
