// How the published code is built: our own packages inside, everything installable outside.
import { defineConfig } from "tsup";

export default defineConfig({
  entry: ["src/index.ts", "src/mcp.ts", "src/react.ts", "src/client.ts", "src/testing.ts"],
  format: ["esm"],
  target: "es2022",
  platform: "neutral",
  // Shared chunks keep one copy of every class, so that `instanceof` holds between the entries.
  splitting: true,
  treeshake: false,
  // TypeScript 7 has no compiler API; build/declarations.ts makes the types.
  dts: false,
  sourcemap: false,
  clean: true,
  // Node modules are asked for by their full names: workerd knows no others.
  removeNodeProtocol: false,
  noExternal: [/^@agents-internal\//],
  external: [/^cloudflare:/, /^node:/],
});
