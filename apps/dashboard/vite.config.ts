// The dashboard in development and for deployment: React and the Worker, served by workerd with its state kept on disk.
import { cloudflare } from "@cloudflare/vite-plugin";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { decorators } from "../../scripts/decorators-plugin.ts";

// Without a network the dev server would otherwise print a stack about facts of the request it cannot look up.
process.env["CLOUDFLARE_CF_FETCH_ENABLED"] ??= "false";

/** `npm start` and the end-to-end tests say where the state lies and which providers run; see scripts/start.ts. */
const statePath = process.env["DASHBOARD_STATE"] ?? "../../.state/worker";
const vars: Record<string, string> = JSON.parse(process.env["DASHBOARD_VARS"] ?? "{}");

export default defineConfig({
  plugins: [
    decorators(),
    react(),
    tailwindcss(),
    cloudflare({ persistState: { path: statePath }, inspectorPort: false, config: { vars } }),
  ],
  server: { port: 5173, strictPort: true },
});
