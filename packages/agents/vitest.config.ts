// The published package's own checks: they look at the build and at `.artifacts/agents.tgz`, never at the sources.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "agents",
    environment: "node",
    include: ["test/*.test.ts", "test/runtime/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
