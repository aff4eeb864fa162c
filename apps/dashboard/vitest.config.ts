// Tests of the dashboard's logic; the browser's are in vitest.e2e.config.ts.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "dashboard", environment: "node", include: ["web/**/*.test.ts", "worker/**/*.test.ts"] },
});
