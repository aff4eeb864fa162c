// The weather: SDK 2.x, protocol 2026-07-28 only, no sessions, behind the authorization server.
import { getRequestListener } from "@hono/node-server";
import { createMcpHandler, McpServer, ResourceTemplate } from "@modelcontextprotocol/server";
import { Hono } from "hono";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { BearerGuard } from "../mcp/bearer-guard.ts";
import type { ServedApp } from "../served-app.ts";
import { CITIES, forecast } from "./forecast.ts";

export function createWeatherApp(guard: BearerGuard, now: () => number): ServedApp {
  const radar: Radar = { on: false, changed: () => handler.notify.toolsChanged() };
  const handler = createMcpHandler(() => buildWeather(now, radar), { legacy: "reject" });
  const app = new Hono();
  app.get(guard.metadataPath, (c) => c.json(guard.metadata));
  app.all("/mcp", async (c) => {
    const verdict = await guard.examine(c.req.raw);
    return verdict.kind === "refused" ? verdict.response : handler.fetch(c.req.raw, { authInfo: verdict.authInfo });
  });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return {
    listener: (request, response) => void listener(request, response),
    dropSessions: () => 0,
    close: () => handler.close(),
  };
}

/** The tool that comes and goes; the server itself is made anew for each request. */
interface Radar {
  on: boolean;
  changed(): void;
}

const city = z.enum(CITIES);
const day = z.object({ date: z.string(), sky: z.string(), high: z.number(), low: z.number() });

function buildWeather(now: () => number, radar: Radar): McpServer {
  const server = new McpServer(
    { name: "weather", title: "Weather", version: "1.0.0" },
    {
      instructions: "Made-up forecasts for a few cities.",
      cacheHints: { "tools/list": { ttlMs: 60_000, cacheScope: "private" } },
    },
  );
  server.registerTool(
    "get_forecast",
    {
      title: "Forecast",
      description: "The (made-up) weather of the next days.",
      inputSchema: z.object({ city, days: z.number().int().min(1).max(7).default(3) }),
      outputSchema: z.object({ city: z.string(), days: z.array(day) }),
      annotations: { readOnlyHint: true },
    },
    async ({ city: place, days: count }) => {
      const days = forecast(place, count, now());
      const text = days.map((each) => `${each.date}: ${each.sky}, ${each.low} to ${each.high} °C`).join("\n");
      return { content: [{ type: "text", text }], structuredContent: { city: place, days } };
    },
  );
  server.registerTool(
    "watch_sky",
    {
      title: "Watch the sky",
      description: "Looks up for a while and reports progress.",
      inputSchema: z.object({
        looks: z.number().int().min(1).max(10).default(4),
        delayMs: z.number().int().min(0).max(2000).default(300),
      }),
      annotations: { readOnlyHint: true },
    },
    async ({ looks, delayMs }, { mcpReq }) => {
      const progressToken = mcpReq._meta?.progressToken;
      for (let look = 1; look <= looks; look += 1) {
        const params = { progress: look, total: looks, message: "Still a cloud" };
        if (progressToken !== undefined)
          await mcpReq.notify({ method: "notifications/progress", params: { progressToken, ...params } });
        await sleep(delayMs, undefined, { signal: mcpReq.signal });
      }
      return { content: [{ type: "text", text: `Looked ${looks} times. It is a cloud.` }] };
    },
  );
  server.registerTool(
    "toggle_radar",
    { title: "Turn the radar on or off", description: "Adds or removes the tool read_radar; subscribers are told." },
    async () => {
      radar.on = !radar.on;
      radar.changed();
      return { content: [{ type: "text", text: radar.on ? "read_radar is there now." : "read_radar is gone." }] };
    },
  );
  if (radar.on) {
    server.registerTool(
      "read_radar",
      { title: "Read the radar", description: "Sees what is coming.", annotations: { readOnlyHint: true } },
      async () => ({
        content: [{ type: "text", text: "A duck, heading south." }],
      }),
    );
  }
  server.registerResource(
    "cities",
    "weather://cities",
    { title: "Cities", mimeType: "application/json" },
    async (uri) => ({
      contents: [{ uri: uri.href, mimeType: "application/json", text: JSON.stringify(CITIES) }],
    }),
  );
  const template = new ResourceTemplate("weather://today/{city}", { list: undefined });
  server.registerResource(
    "today",
    template,
    { title: "Today in one city", mimeType: "application/json" },
    async (uri, variables) => ({
      contents: [
        {
          uri: uri.href,
          mimeType: "application/json",
          text: JSON.stringify(forecast(city.parse(variables.city), 1, now())),
        },
      ],
    }),
  );
  server.registerPrompt(
    "packing-list",
    { title: "Packing list", description: "Asks what to pack for a trip.", argsSchema: z.object({ city }) },
    ({ city: place }) => ({
      messages: [
        { role: "user", content: { type: "text", text: `Use get_forecast and tell me what to pack for ${place}.` } },
      ],
    }),
  );
  return server;
}
