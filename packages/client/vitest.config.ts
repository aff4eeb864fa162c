// Client tests run in Node against a real WebSocket server on loopback.
import { defineConfig } from "vitest/config";

export default defineConfig({ test: { name: "client", environment: "node", include: ["src/**/*.test.ts"] } });
