// Tests that run in Node, with fakes for everything outside. Those inside workerd: vitest.workers.config.ts.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "server",
    environment: "node",
    include: ["src/**/*.test.ts", "test/node/**/*.test.ts"],
    // A machine with much else to do is slow, not wrong.
    testTimeout: 30_000,
  },
});
