// Tests that run in Node, with fakes for everything outside. Those inside workerd: vitest.workers.config.ts.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "server", environment: "node", include: ["src/**/*.test.ts", "test/node/**/*.test.ts"] },
});
