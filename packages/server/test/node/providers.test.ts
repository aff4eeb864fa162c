// The engine's life with each kind of provider there is: it works, or fails by name and works once that is mended.
import { expect, test } from "vitest";
import { approve, createTestBrowser } from "@agents-internal/testing";
import { type Life, tellLife } from "@agents-internal/testing/life";
import { CLIENT_DOCUMENT, type MatrixRow, PROVIDER_MATRIX, providerOf, storyOf } from "@agents-internal/testing/matrix";
import { CALLBACK, createMcpHost, type McpHost } from "./mcp-host.ts";

function lifeOn(host: McpHost, url: string): Life {
  const { mcp, network, browser } = host;
  const fetch = (request: Request) => network.fetch(request);
  const entry = (account?: string) => {
    const found = mcp.listServers().find((server) => server.account === account);
    if (found === undefined) throw new Error(`no server ${account ?? ""}`);
    return found.id;
  };
  const attempt = async (work: () => Promise<unknown>) => {
    // How it ended is in the state.
    await work().catch(() => undefined);
    await mcp.waitForConnections();
  };
  return {
    add: (settings) => attempt(() => host.add("mock", url, settings)),
    agree: (authUrl) => attempt(() => approve(authUrl, { fetch, browser })),
    look: (authUrl) => attempt(() => createTestBrowser(fetch).open(authUrl)),
    retry: (account) =>
      attempt(async () => {
        await mcp.closeConnection(entry(account));
        await mcp.establishConnection(entry(account));
      }),
    server: async (account) => {
      const server = host.state().servers[entry(account)];
      if (server === undefined) throw new Error("no such server");
      return server;
    },
    call: (name, account) =>
      mcp.callTool({ serverId: entry(account), name, arguments: {} }).then(
        ({ content }) => (content[0]?.type === "text" ? content[0].text : "nothing"),
        ({ code }: { code: string }) => code,
      ),
    pass: async (ms) => host.ports.advance(ms),
    remove: async (account) => ({ ...(await mcp.removeServer(entry(account))) }),
  };
}

test.each(PROVIDER_MATRIX.map((row): [string, MatrixRow] => [row.provider, row]))("%s", async (name, row) => {
  const host = createMcpHost({}, { clientMetadataUrl: CLIENT_DOCUMENT });
  const clock = { now: () => host.ports.clock.now(), sleep: async () => undefined };
  const provider = providerOf(row.provider, [CALLBACK], { clock });
  for (const [origin, handler] of Object.entries(provider.hosts)) host.network.route(origin, handler);
  const told = await tellLife(storyOf(row, provider, lifeOn(host, provider.url)));
  expect([name, ...told]).toEqual([name, ...row.story]);
});
