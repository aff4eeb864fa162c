// Hook tests run in happy-dom against a real WebSocket server on loopback.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "react", environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
