// Servers that speak another revision than before: an upgrade or its undoing is a matter between machines, no failure.
import { createMockMcpServer } from "@agents-internal/testing";
import { describe, expect, test } from "vitest";
import { createMcpHost } from "./mcp-host.ts";
import { MCP, MCP_URL } from "./mcp-scenes.ts";

type Era = "legacy" | "modern";

/** A server that can be replaced by one of the other era, at the same address. */
async function changing(era: Era) {
  const servers = {
    legacy: createMockMcpServer({ url: MCP_URL, era: "legacy" }),
    modern: createMockMcpServer({ url: MCP_URL, era: "modern" }),
  };
  let now: Era = era;
  const host = createMcpHost({ [MCP]: (request) => servers[now].handler(request) });
  const { id } = await host.add("mock", MCP_URL);
  return {
    host,
    id,
    become: (next: Era) => void (now = next),
    call: () => host.mcp.callTool({ serverId: id, name: "echo", arguments: { n: 1 } }),
    asked: (of: Era) => servers[of].received.map(({ method }) => method),
  };
}

const CHANGES: readonly (readonly [Era, Era])[] = [
  ["legacy", "modern"],
  ["modern", "legacy"],
];

describe.each(CHANGES)("a %s server that is %s now", (before, after) => {
  test.each([false, true])("is used on with the next call (after a wake: %s)", async (isWoken) => {
    const { host, become, call, asked } = await changing(before);
    await call();
    become(after);
    if (isWoken) host.evict();
    expect(await call()).toMatchObject({ content: [{ type: "text" }] });
    expect(asked(after)).toContain("tools/call");
    expect(host.server()).toMatchObject({ state: "ready", error_code: null });
  });
});
