// Two kinds of tests: in Node with fakes, and inside workerd.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "server", environment: "node", include: ["src/**/*.test.ts", "test/node/**/*.test.ts"] } },
      "./vitest.workers.config.ts",
    ],
  },
});
