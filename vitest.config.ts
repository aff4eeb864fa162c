// Every package's own tests in one run. The browser's end-to-end tests need a built dashboard and run as a step of their own.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      "packages/*/vitest*.config.ts",
      "apps/*/vitest*.config.ts",
      "bench/vitest.config.ts",
      "scripts/vitest.config.ts",
      "!**/vitest.e2e.config.ts",
    ],
  },
});
