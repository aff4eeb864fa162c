// The tests of what reads the referee's verdicts. The suite itself is run by src/main.ts.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "conformance", environment: "node", include: ["src/**/*.test.ts"] },
});
