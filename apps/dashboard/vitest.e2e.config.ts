// The whole demo in a real browser; run by the check after everything cheaper.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "e2e",
    environment: "node",
    include: ["e2e/**/*.e2e.ts"],
    pool: "forks",
    // Each file starts a demo of its own; side by side they would only wait for one another.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
