// The mocks' own tests: no sockets, plain Node.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "testing", environment: "node", include: ["src/**/*.test.ts", "test/**/*.test.ts"] },
});
