// Tests that run inside workerd, with real Durable Objects.
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { decorators } from "../../scripts/decorators-plugin.ts";

export default defineConfig({
  plugins: [decorators(), cloudflareTest({ wrangler: { configPath: "./wrangler.test.jsonc" } })],
  test: { name: "workers", include: ["test/workers/**/*.test.ts"] },
});
