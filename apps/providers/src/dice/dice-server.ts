// The dice: SDK 1.x streamable HTTP without sessions, open to everybody.
import { randomInt } from "node:crypto";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { createStatelessApp } from "../mcp/stateless-app.ts";
import type { ServedApp } from "../served-app.ts";

/** `changed`: whether the coin is described otherwise than before, as a server may do at any time. */
export function createDiceApp({ changed = () => false }: { readonly changed?: () => boolean } = {}): ServedApp {
  return createStatelessApp({ build: () => buildDice(changed()) });
}

function buildDice(changed: boolean): McpServer {
  const server = new McpServer(
    { name: "dice", title: "Dice", version: "1.0.0" },
    { instructions: "Rolls dice and flips coins." },
  );
  server.registerTool(
    "roll",
    {
      title: "Roll dice",
      description: "Rolls some dice and adds them up.",
      inputSchema: {
        count: z.number().int().min(1).max(20).default(1),
        sides: z.number().int().min(2).max(100).default(6),
      },
      outputSchema: { rolls: z.array(z.number().int()), total: z.number().int() },
      annotations: { readOnlyHint: true },
    },
    async ({ count, sides }) => {
      const rolls = Array.from({ length: count }, () => randomInt(1, sides + 1));
      const total = rolls.reduce((sum, roll) => sum + roll, 0);
      return {
        content: [{ type: "text", text: `${rolls.join(" + ")} = ${total}` }],
        structuredContent: { rolls, total },
      };
    },
  );
  server.registerTool(
    "flip_coin",
    {
      title: "Flip a coin",
      description: changed ? "Heads, tails, or the edge." : "Heads or tails.",
      annotations: { readOnlyHint: true },
    },
    async () => ({
      content: [{ type: "text", text: randomInt(2) === 0 ? "heads" : "tails" }],
    }),
  );
  return server;
}
