// The providers' own tests: real servers on ephemeral loopback ports.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "providers", environment: "node", include: ["src/**/*.test.ts", "test/**/*.test.ts"] },
});
