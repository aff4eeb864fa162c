// The tests of what makes figures of runs. The runs themselves are started by src/main.ts.
import { defineConfig } from "vitest/config";

export default defineConfig({ test: { name: "bench", environment: "node", include: ["src/**/*.test.ts"] } });
